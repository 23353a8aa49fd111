// The rules of names that other parts ask about; those of every field are in `validation/`.
export { dns1123Label, dns1123Subdomain, type Messages } from './validation/names.ts';
