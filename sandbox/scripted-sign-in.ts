/**
 * Signs in at the hosted UI with no browser and nobody at the keyboard, over plain HTTP: for tests and
 * measurements that need a real token and are not about the browser.
 */
import { createHash, randomBytes } from 'node:crypto';

/** So that a server which stops and starts again meets no request on a connection to its former self. */
const noKeepAlive = { connection: 'close' };

/** The very small part of a browser that the hosted pages need: cookies by path, redirects one by one. */
export class ScriptedBrowser {
  readonly #cookies = new Map<string, { name: string; value: string; path: string }>();

  /** One request, cookies included; redirects are not followed. */
  async request(url: string, form?: Record<string, string>): Promise<Response> {
    const { pathname } = new URL(url);
    const cookie = [...this.#cookies.values()]
      .filter(({ path }) => path === '/' || pathname === path || pathname.startsWith(`${path}/`))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { ...noKeepAlive, ...(cookie === '' ? {} : { cookie }) },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  /** Follows redirects until a page, or until an address that starts with `stopAt`, which is returned as `url`. */
  async open(
    url: string,
    stopAt: string,
    form?: Record<string, string>,
  ): Promise<{ url: string; page?: Response }> {
    let response = await this.request(url, form);
    let here = url;
    for (;;) {
      const location = response.headers.get('location');
      if (location === null) return { url: here, page: response };
      await response.body?.cancel();
      here = new URL(location, here).href;
      if (here.startsWith(stopAt)) return { url: here };
      response = await this.request(here);
    }
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(/;\s*/);
    const name = pair.slice(0, pair.indexOf('='));
    const value = pair.slice(pair.indexOf('=') + 1);
    const attribute = (wanted: string): string | undefined =>
      attributes.find((text) => text.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
    const path = attribute('path') ?? '/';
    const expires = attribute('expires');
    const isOver = expires !== undefined && Date.parse(expires) <= Date.now();
    if (isOver) this.#cookies.delete(`${path} ${name}`);
    else this.#cookies.set(`${path} ${name}`, { name, value, path });
  }
}

export interface ScriptedTokens {
  access_token: string;
  id_token: string;
  refresh_token: string;
  expires_in: number;
  token_type: string;
}

export interface ScriptedSignIn {
  /** Base address of the hosted UI. */
  url: string;
  clientId: string;
  redirectUri: string;
  email: string;
  password: string;
  nonce?: string;
  browser?: ScriptedBrowser;
}

/** The whole authorization-code flow with PKCE. Throws with the page's text if it does not end at the callback. */
export async function signInByScript(options: ScriptedSignIn): Promise<ScriptedTokens> {
  const { url, clientId, redirectUri, browser = new ScriptedBrowser() } = options;
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'openid profile email',
    state: randomBytes(16).toString('base64url'),
    nonce: options.nonce ?? randomBytes(16).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const form = await browser.open(`${url}/oauth2/authorize?${query.toString()}`, redirectUri);
  let callback = form.url;
  if (form.page !== undefined) {
    await form.page.body?.cancel();
    const submitted = await browser.open(form.url, redirectUri, {
      email: options.email,
      password: options.password,
      do: 'sign-in',
    });
    if (submitted.page !== undefined) throw new Error(`not signed in: ${await submitted.page.text()}`);
    callback = submitted.url;
  }
  const code = new URL(callback).searchParams.get('code');
  if (code === null) throw new Error(`not signed in: ${callback}`);
  const response = await fetch(`${url}/oauth2/token`, {
    method: 'POST',
    headers: noKeepAlive,
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: redirectUri,
      code,
      code_verifier: verifier,
    }),
  });
  if (!response.ok) throw new Error(`no tokens: ${response.status} ${await response.text()}`);
  return (await response.json()) as ScriptedTokens;
}
