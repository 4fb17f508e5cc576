/** The hosted pages of the stand-in: plain HTML, no scripts, nothing from anywhere else. */

const style = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#f3f4f6, #16181d); }
  main { width: min(22rem, 100vw - 4rem); padding: 2rem; border-radius: 12px; background: light-dark(#fff, #22252c);
         box-shadow: 0 1px 3px #0003; }
  h1 { font-size: 1.35rem; margin: 0 0 .25rem; } p { margin: 0 0 1.25rem; color: light-dark(#4b5563, #aab0bb); }
  label { display: block; font-weight: 600; margin-bottom: .9rem; }
  input { display: block; box-sizing: border-box; width: 100%; margin-top: .25rem; padding: .6rem; font: inherit;
          border: 1px solid light-dark(#8b93a1, #6b7280); border-radius: 8px; background: transparent; color: inherit; }
  button { width: 100%; padding: .65rem; font: inherit; font-weight: 600; border-radius: 8px; cursor: pointer; }
  button.main { border: 0; background: #1d4ed8; color: #fff; } button.plain { border: 0; background: none; color: inherit; margin-top: .5rem; }
  .error { color: light-dark(#b91c1c, #fca5a5); font-weight: 600; }`;

/** The sign-in form; `error` is a sentence, `email` what was typed or hinted before. */
export function loginPage(options: { action: string; email?: string; error?: string }): string {
  const error =
    options.error === undefined ? '' : `<p class="error" role="alert">${escapeHtml(options.error)}</p>`;
  return page(
    'Sign in',
    `<h1>Sign in</h1><p>The photo library of the Tintype sandbox</p>${error}
    <form method="post" action="${escapeHtml(options.action)}">
      <label>Email <input name="email" type="email" autocomplete="username" required autofocus value="${escapeHtml(options.email ?? '')}"></label>
      <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
      <button class="main" name="do" value="sign-in">Sign in</button>
      <button class="plain" name="do" value="cancel" formnovalidate>Cancel</button>
    </form>`,
  );
}

/** A page that ends here: nothing is sent back to the app, as on Cognito's own error page. */
export function errorPage(code: string, sentence: string): string {
  return page(
    'Error',
    `<h1>An error was encountered</h1><p>${escapeHtml(sentence)}</p><p><code>${escapeHtml(code)}</code></p>`,
  );
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title} – Tintype sandbox</title><style>${style}</style></head><body><main>${body}</main></body></html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
