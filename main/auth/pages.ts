/** What the browser shows when it comes back: whole pages without script, and without a word that came from outside. */
import { createHash } from 'node:crypto';
import type { Catalogue } from '../../preload/language/messages.ts';
import type { Translator } from '../../preload/language/translator.ts';

const style = `
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 16px/1.5 system-ui, sans-serif;
  background: #f4f1ec; color: #23201c; }
main { max-width: 26rem; padding: 2.5rem; margin: 1rem; border-radius: 1rem; background: #fff;
  box-shadow: 0 1px 3px rgb(0 0 0 / 12%); text-align: center; }
h1 { margin: 0 0 .5rem; font-size: 1.375rem; font-weight: 600; }
p { margin: 0; }
small { display: block; margin-top: 1.75rem; letter-spacing: .08em; text-transform: uppercase; opacity: .6; }
@media (prefers-color-scheme: dark) {
  body { background: #1b1917; color: #ece7df; }
  main { background: #262320; box-shadow: none; }
}`;

export type PageName = keyof Catalogue['pageTitle'];

/** The language of the app, asked for with each page. */
export type PageLanguage = () => Pick<Translator, 'locale' | 'direction' | 'say'>;

/** A page as HTML. */
export function page(name: PageName, { locale, direction, say }: ReturnType<PageLanguage>): string {
  const [title, sentence] = [say(`pageTitle.${name}`), say(`pageText.${name}`)];
  return `<!doctype html>
<html lang="${locale}" dir="${direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} – Tintype</title>
<style>${style}</style></head>
<body><main><h1>${title}</h1><p>${sentence}</p><small>Tintype</small></main></body>
</html>
`;
}

/** The headers of every answer: nothing is loaded, framed, kept or passed on, and the connection ends. */
export function pageHeaders(): Record<string, string> {
  const styleHash = createHash('sha256').update(style).digest('base64');
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-resource-policy': 'same-origin',
    connection: 'close',
  };
}
