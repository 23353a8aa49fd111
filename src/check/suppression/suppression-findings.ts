import type { ConfiguredExemption } from '../../repository/check-config.ts';
import { baselineCounts } from './baseline.ts';
import { isExpired } from './exemption-matcher.ts';
import type { FileFinding, SuppressionSettings, SuppressionUse } from './suppression-settings.ts';
import { addCounts } from './suppression-use.ts';

/** An exemption that ends within so many days is told of. */
const SOON_DAYS = 14;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface FindingScope {
  /** Everything was checked that the configuration and the baseline are about: what matched nothing is told. */
  readonly isComplete: boolean;
}

/**
 * What is to be said of the configuration and of the baseline themselves once everything has been checked: exemptions that
 * do not count any more (a warning), that will soon not, that matched nothing, and findings of the baseline that are gone.
 */
export function suppressionFindings(
  settings: SuppressionSettings,
  use: SuppressionUse,
  { isComplete }: FindingScope,
): readonly FileFinding[] {
  const { configuration, today } = settings;
  const used = new Set(use.exemptions);
  const ofExemptions = (configuration?.exemptions ?? []).flatMap((exemption, index): FileFinding[] => {
    const { line, column } = exemption;
    const place = { file: configuration?.file ?? '', line, column };
    const found = [
      expiry(exemption, today),
      isComplete && !used.has(index) ? unused(exemption, today) : undefined,
    ];
    return found.filter((it) => it !== undefined).map((it) => ({ ...it, ...place }));
  });
  return isComplete ? [...ofExemptions, ...goneEntries(settings, use)] : ofExemptions;
}

type Said = Omit<FileFinding, 'file'>;

function expiry(exemption: ConfiguredExemption, today: string): Said | undefined {
  const { expires } = exemption;
  if (expires === undefined) return undefined;
  const about = described(exemption);
  if (isExpired(exemption, today)) {
    return {
      severity: 'warning',
      code: 'exemption-expired',
      message: `the exemption from ${about} expired on ${expires} and does not count`,
      advice: 'take it out, or write a later day with a reason that still holds',
    };
  }
  const days = Math.round((Date.parse(expires) - Date.parse(today)) / DAY_MS);
  if (days > SOON_DAYS) return undefined;
  return {
    severity: 'note',
    code: 'exemption-expires-soon',
    message: `the exemption from ${about} expires on ${expires}, ${inDays(days)}`,
  };
}

function inDays(days: number): string {
  if (days === 0) return 'today';
  return days === 1 ? 'tomorrow' : `in ${days} days`;
}

function unused(exemption: ConfiguredExemption, today: string): Said | undefined {
  if (isExpired(exemption, today)) return undefined;
  return {
    severity: 'note',
    code: 'exemption-unused',
    message: `the exemption from ${described(exemption)} matches nothing`,
    advice: 'take it out',
  };
}

/** `hostNamespaces of DaemonSet kube-system/node-*`: enough to find it again. */
function described({ checks, kind, namespace, name, container, path }: ConfiguredExemption): string {
  const rules = checks.slice(0, 3).join(', ') + (checks.length > 3 ? ', ...' : '');
  const object = [kind, [namespace, name].filter((it) => it !== undefined).join('/')]
    .filter((it) => it !== undefined && it !== '')
    .join(' ');
  const of = [
    ...(object === '' ? [] : [object]),
    ...(container === undefined ? [] : [`container ${container}`]),
    ...(path === undefined ? [] : [path]),
  ];
  return of.length === 0 ? rules : `${rules} of ${of.join(', ')}`;
}

function goneEntries({ baseline }: SuppressionSettings, use: SuppressionUse): readonly FileFinding[] {
  if (baseline === undefined) return [];
  const found = addCounts(use.baseline);
  let gone = 0;
  for (const [fingerprint, count] of baselineCounts(baseline.entries))
    gone += Math.max(0, count - (found[fingerprint] ?? 0));
  if (gone === 0) return [];
  return [
    {
      severity: 'note',
      code: 'baseline-outdated',
      message: `${gone} ${gone === 1 ? 'finding of the baseline is' : 'findings of the baseline are'} gone`,
      advice: 'write it anew, so that they cannot come back unseen: --write-baseline',
      file: baseline.file,
    },
  ];
}
