/**
 * A stand-in for an Amazon Cognito user pool with its hosted UI, on one port of 127.0.0.1: the issuer's
 * key set and discovery document under /<userPoolId>/, the domain's endpoints beside them. What a real pool
 * does differently from a textbook OpenID provider, it does too; it can be told to misbehave at
 * /_sandbox/cognito (see behaviour.ts).
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { errors } from 'oidc-provider';
import { behaviourSchema, healthyBehaviour } from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';
import { makePoolKeys, openPoolKeys, publicHalf, publishedKeys, savePoolKeys } from './keys.ts';
import { errorPage, loginPage } from './pages.ts';
import { clientId, region, userPoolId } from './pool.ts';
import { buildProvider } from './provider.ts';
import type { SandboxUser } from './provider.ts';
import { openStateFile } from './state-file.ts';

export interface CognitoOptions {
  /** 0 takes any free port; the issuer then changes from run to run. */
  port: number;
  /** Keys, sessions and refresh tokens are kept here; without it they live as long as the server. */
  dir?: string;
  /** Callback addresses are http://127.0.0.1:<port>/callback, sign-out addresses …/signed-out, port by port. */
  callbackPorts: readonly number[];
  users: readonly SandboxUser[];
  /** Makes the app client a confidential one. */
  clientSecret?: string;
  log?: (line: string) => void;
}

export interface Cognito {
  /** Base address of the hosted UI. */
  url: string;
  issuer: string;
  region: string;
  userPoolId: string;
  clientId: string;
  /** Changes how the pool behaves from now on; the rest stays as it is. */
  control(change: Partial<Behaviour>): Behaviour;
  /** Signs with new keys from now on; the old ones stay published only if `keepOld`. */
  rollKeys(keepOld: boolean): Promise<void>;
  stop(): Promise<void>;
}

const maxFormBytes = 16_384;

/** Starts the stand-in. Rejects with EADDRINUSE when the port is taken. */
export async function startCognito(options: CognitoOptions): Promise<Cognito> {
  const { dir, log = () => {} } = options;
  if (dir !== undefined) mkdirSync(dir, { recursive: true });
  const place = (name: string): string | undefined => (dir === undefined ? undefined : join(dir, name));

  let behaviour: Behaviour = { ...healthyBehaviour };
  let keys = await openPoolKeys(place('keys.json'));
  const cookieSecret = openSecret(place('cookie-secret'));
  const state = openStateFile(place('state.json'), () => behaviour.rotationGraceSeconds);

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      log(
        `cognito: ${request.method} ${request.url}: ${String(error instanceof Error ? error.stack : error)}`,
      );
      if (!response.headersSent) sendHtml(response, 500, errorPage('server_error', 'Something went wrong.'));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer = `${url}/${userPoolId}`;

  const build = (): ReturnType<typeof buildProvider> =>
    buildProvider({
      issuer,
      clientId,
      ...(options.clientSecret === undefined ? {} : { clientSecret: options.clientSecret }),
      callbackUrls: options.callbackPorts.map((port) => `http://127.0.0.1:${port}/callback`),
      logoutUrls: options.callbackPorts.map((port) => `http://127.0.0.1:${port}/signed-out`),
      users: options.users,
      keys,
      cookieSecret,
      state,
      behaviour: () => behaviour,
      log,
    });
  let provider = build();
  let handle = provider.callback();

  function control(change: Partial<Behaviour>): Behaviour {
    behaviour = { ...behaviour, ...change };
    return behaviour;
  }

  async function rollKeys(keepOld: boolean): Promise<void> {
    const retired = keepOld ? [publicHalf(keys.id), publicHalf(keys.access), ...keys.retired] : [];
    keys = await makePoolKeys(retired);
    savePoolKeys(place('keys.json'), keys);
    provider = build();
    handle = provider.callback();
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', url);
    if (pathname.startsWith('/_sandbox/cognito')) return answerControl(pathname, request, response);
    if (pathname.startsWith('/login/')) return answerLogin(pathname, request, response);
    if (pathname === `/${userPoolId}/.well-known/jwks.json`) return answerKeys(response);
    if (pathname === `/${userPoolId}/.well-known/openid-configuration`) {
      return sendJson(response, 200, discoveryDocument(url, issuer));
    }
    if (pathname.includes('/.well-known/'))
      return sendHtml(response, 404, errorPage('not_found', 'No such page.'));
    if (pathname === '/oauth2/token' && request.method === 'POST' && misbehave(request, response)) return;
    // oidc-provider writes its own redirects under the issuer's path; its routes are relative to it.
    if (request.url?.startsWith(`/${userPoolId}/`) === true)
      request.url = request.url.slice(userPoolId.length + 1);
    handle(request, response);
  }

  function answerKeys(response: ServerResponse): void {
    const how = behaviour.keysEndpoint;
    if (how === 'ok') sendJson(response, 200, publishedKeys(keys));
    else if (how === 'serverError') sendJson(response, 503, { error: 'server_error' });
    else if (how === 'html') sendHtml(response, 200, errorPage('welcome', 'Accept the terms to go on.'));
  }

  /** Whether the token endpoint failed on purpose; what it then answered is up to `behaviour`. */
  function misbehave(request: IncomingMessage, response: ServerResponse): boolean {
    const how = behaviour.tokenEndpoint;
    if (how === 'ok') return false;
    if (behaviour.tokenEndpointTimes !== null) {
      const left = behaviour.tokenEndpointTimes - 1;
      control(left === 0 ? { tokenEndpoint: 'ok', tokenEndpointTimes: null } : { tokenEndpointTimes: left });
    }
    if (behaviour.retryAfterSeconds !== null && (how === 'throttled' || how === 'serverError')) {
      response.setHeader('retry-after', behaviour.retryAfterSeconds);
    }
    switch (how) {
      case 'throttled':
        sendJson(response, 429, { error: 'TooManyRequestsException' });
        return true;
      case 'serverError':
        sendJson(response, 500, { error: 'server_error' });
        return true;
      case 'html':
        sendHtml(
          response,
          200,
          errorPage('welcome', 'Welcome to the guest network. Accept the terms to go on.'),
        );
        return true;
      case 'invalidGrant':
        sendJson(response, 400, { error: 'invalid_grant' });
        return true;
      case 'hang':
        request.resume();
        return true;
      case 'hangBody':
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': 4_096 });
        response.write('{"access_token":');
        return true;
      case 'reset':
        request.socket.resetAndDestroy();
        return true;
      case 'lostReply':
        response.end = () => {
          request.socket.destroy();
          return response;
        };
        return false;
    }
  }

  async function answerLogin(
    pathname: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    try {
      const { params, session } = await provider.interactionDetails(request, response);
      if (behaviour.authorizeError !== null) {
        return await provider.interactionFinished(request, response, { error: behaviour.authorizeError });
      }
      if (request.method !== 'POST') {
        const hint = params['login_hint'];
        return sendHtml(
          response,
          200,
          loginPage({ action: pathname, ...(typeof hint === 'string' ? { email: hint } : {}) }),
        );
      }
      const form = new URLSearchParams(await readText(request));
      if (form.get('do') === 'cancel') {
        return await provider.interactionFinished(request, response, { error: 'access_denied' });
      }
      const email = (form.get('email') ?? '').trim().toLowerCase();
      const user = options.users.find(
        (candidate) => candidate.email === email && candidate.password === form.get('password'),
      );
      if (user === undefined) {
        return sendHtml(
          response,
          400,
          loginPage({ action: pathname, email, error: 'Incorrect email or password.' }),
        );
      }
      const login = { accountId: user.sub, remember: true };
      const next = await provider.interactionResult(request, response, { login });
      if (session?.accountId !== undefined && session.accountId !== user.sub) await leave(session.uid);
      response.writeHead(303, { location: next }).end();
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
      sendHtml(
        response,
        400,
        errorPage('session_expired', 'Signing in took too long. Go back to the app and start again.'),
      );
    }
  }

  /** The next person takes the hosted session over; oidc-provider would show a page that asks to sign out first. */
  async function leave(sessionUid: string): Promise<void> {
    const session = await provider.Session.findByUid(sessionUid);
    if (session === undefined) return;
    session.accountId = undefined;
    session.authorizations = undefined;
    await session.persist();
  }

  async function answerControl(
    pathname: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (pathname === '/_sandbox/cognito/roll-keys' && request.method === 'POST') {
      await rollKeys(new URL(request.url ?? '/', url).searchParams.get('keepOld') !== 'false');
      return sendJson(response, 200, publishedKeys(keys));
    }
    if (pathname !== '/_sandbox/cognito') return sendJson(response, 404, { error: 'not_found' });
    if (request.method === 'GET') return sendJson(response, 200, behaviour);
    if (request.method !== 'PUT') return sendJson(response, 405, { error: 'method_not_allowed' });
    const change = behaviourSchema.partial().safeParse(parseJson(await readText(request)));
    if (!change.success)
      return sendJson(response, 400, { error: 'invalid_request', issues: change.error.issues });
    return sendJson(response, 200, control(change.data as Partial<Behaviour>));
  }

  return {
    url,
    issuer,
    region,
    userPoolId,
    clientId,
    control,
    rollKeys,
    stop: () =>
      new Promise<void>((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

/** The discovery document as a pool publishes it: keys with the issuer, everything else on the domain. */
function discoveryDocument(url: string, issuer: string): object {
  return {
    authorization_endpoint: `${url}/oauth2/authorize`,
    end_session_endpoint: `${url}/logout`,
    id_token_signing_alg_values_supported: ['RS256'],
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ['code', 'token'],
    revocation_endpoint: `${url}/oauth2/revoke`,
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint: `${url}/oauth2/token`,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    userinfo_endpoint: `${url}/oauth2/userInfo`,
  };
}

function openSecret(file: string | undefined): string {
  if (file !== undefined && existsSync(file)) return readFileSync(file, 'utf8');
  const secret = randomBytes(32).toString('base64url');
  if (file !== undefined) writeFileSync(file, secret, { mode: 0o600 });
  return secret;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxFormBytes) throw new Error('request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Undefined for what is not JSON, which no schema accepts. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': 'application/json;charset=UTF-8',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
}

function sendHtml(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    // No form-action: Chromium holds redirects after the form to it, and they lead to the app's own port.
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  response.end(html);
}
