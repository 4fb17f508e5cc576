/** Links that open Tintype: `tintype://open`, `tintype://open?filter=attention`, `tintype://settings`. */
import { filters, type Filter } from '../../preload/contract/model.ts';

export const linkScheme = 'tintype';

/** What a link can ask for: to be shown something, and nothing else; see [Note: Strangers start programs]. */
export type DeepLink = { kind: 'open'; filter: Filter | null } | { kind: 'settings' };

const maxLength = 200;

/** null for what is not exactly one of the known links: it comes from anywhere. */
export function parseDeepLink(text: string): DeepLink | null {
  if (text.length > maxLength || !URL.canParse(text)) return null;
  const { protocol, host, username, password, port, pathname, hash, searchParams } = new URL(text);
  const plain = username === '' && password === '' && port === '' && hash === '';
  if (protocol !== `${linkScheme}:` || !plain || !['', '/'].includes(pathname)) return null;
  const names = [...searchParams.keys()];
  if (host === 'settings') return names.length === 0 ? { kind: 'settings' } : null;
  if (host !== 'open') return null;
  if (names.length === 0) return { kind: 'open', filter: null };
  const filter = filters.find((known) => known === searchParams.get('filter'));
  return names.length === 1 && filter !== undefined ? { kind: 'open', filter } : null;
}
