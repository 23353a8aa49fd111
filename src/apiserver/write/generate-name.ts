import { randomInt } from 'node:crypto';

/** Upstream's: no vowels and nothing that looks like another character, so that no words come about. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;
/** Room for the suffix in a label. */
const MAX_PREFIX_LENGTH = 63 - SUFFIX_LENGTH;

/** Five characters of upstream's alphabet. */
export function randomSuffix(): string {
  return Array.from({ length: SUFFIX_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}

/** A name for `metadata.generateName`. */
export function generatedName(prefix: string): string {
  return prefix.slice(0, MAX_PREFIX_LENGTH) + randomSuffix();
}
