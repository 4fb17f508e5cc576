/**
 * The protocol: authorization code with PKCE, refresh and revocation, by oidc-client-ts.
 *
 * [Note: A client per exchange] Each sign-in and each refresh has an OidcClient of its own, and with it its own state
 * store and transport. A superseded attempt's state is therefore unknown to the next, and the raw token reply can be
 * kept: the library may refuse an ID token *after* the refresh token was spent, and the new one must not be lost then.
 */
import { ErrorResponse, OidcClient, type OidcClientSettings, type StateStore } from 'oidc-client-ts';
import { z } from 'zod';
import { languageOf } from '../../preload/language/locale.ts';
import { issuerOf, type ClientConfig } from '../lib/client-config.ts';
import { AuthError } from './auth-error.ts';
import { jsonOf, type HttpReply, type Transport } from './transport.ts';

/** What the token endpoint sent, as it came: nothing of it is verified yet. */
export interface TokenReply {
  /** Empty where none came, and then it does not verify. */
  accessToken: string;
  idToken: string | null;
  /** Null where none came: on a refresh without rotation the old one stays good. */
  refreshToken: string | null;
  /** Seconds, or null where none came. */
  expiresIn: number | null;
  /** Unix milliseconds by the server's clock; null where it did not say. */
  serverTime: number | null;
}

/**
 * Lenient but for one thing, that there is a token in it: whatever else is wrong, a refresh token that came must be
 * kept, because the one before it is spent.
 */
const tokenReply = z
  .object({
    access_token: z.string().catch(''),
    id_token: z.string().min(1).optional().catch(undefined),
    refresh_token: z.string().min(1).optional().catch(undefined),
    expires_in: z.coerce.number().positive().optional().catch(undefined),
  })
  .refine((reply) => reply.access_token !== '' || reply.refresh_token !== undefined);

export interface SignInRequest {
  url: string;
  state: string;
  /** Exchanges the callback's code; rejects with an {@link AuthError}. */
  finish(callback: URLSearchParams): Promise<TokenReply>;
}

/** Whom the hosted page is to expect. */
export interface SignInAs {
  /** An e-mail address to fill in. */
  loginHint?: string;
  /** Shows the form even to a browser in which somebody is signed in. */
  askAgain?: boolean;
}

export interface Oidc {
  /** @param locale of the app: the hosted pages follow it where the configuration names no language. */
  beginSignIn(redirectUri: string, nonce: string, locale: string, as?: SignInAs): Promise<SignInRequest>;
  /** Rejects with an {@link AuthError}; `session_revoked` (and only that) means that the session is over. */
  refresh(refreshToken: string): Promise<TokenReply>;
  /** RFC 7009: ends the session that the refresh token belongs to. Rejects with an {@link AuthError}. */
  revoke(refreshToken: string): Promise<void>;
  /** The hosted UI's own sign-out page; it comes back to `signedOutUri`. */
  signOutUrl(signedOutUri: string): Promise<string>;
}

/** The issuers that the pool's tokens may name: both forms that AWS gives out, or the one of another make. */
export function acceptedIssuers(config: ClientConfig): string[] {
  const { region, userPoolId } = config;
  const forms = ['cognito-idp', 'issuer-cognito-idp'].map(
    (host) => `https://${host}.${region}.amazonaws.com/${userPoolId}`,
  );
  const issuer = issuerOf(config);
  return forms.includes(issuer) ? forms : [issuer];
}

export function createOidc(config: ClientConfig, transport: Transport): Oidc {
  const domain = config.domain.replace(/\/+$/, '');
  const settings = (): OidcClientSettings => ({
    authority: issuerOf(config),
    metadata: {
      issuer: issuerOf(config),
      authorization_endpoint: `${domain}/oauth2/authorize`,
      token_endpoint: `${domain}/oauth2/token`,
      revocation_endpoint: `${domain}/oauth2/revoke`,
      end_session_endpoint: `${domain}/logout`,
    },
    client_id: config.clientId,
    ...(config.clientSecret === undefined
      ? {}
      : { client_secret: config.clientSecret, client_authentication: 'client_secret_basic' as const }),
    redirect_uri: '',
    scope: config.scopes.join(' '),
    loadUserInfo: false,
    stateStore: createStateStore(),
  });

  return {
    async beginSignIn(redirectUri, nonce, locale, { loginHint, askAgain = false } = {}) {
      const { client, exchange } = createClient(settings(), transport);
      const { identityProvider, lang = languageOf(locale) ?? 'en' } = config;
      const request = await client.createSigninRequest({
        redirect_uri: redirectUri,
        nonce,
        ...(loginHint === undefined ? {} : { login_hint: loginHint }),
        ...(askAgain ? { prompt: 'login' } : {}),
        extraQueryParams: {
          ...(identityProvider === undefined ? {} : { identity_provider: identityProvider }),
          lang,
        },
      });
      return {
        url: request.url,
        state: request.state.id,
        finish: (callback) =>
          exchange('code_refused', () =>
            client.processSigninResponse(`${redirectUri}?${callback.toString()}`),
          ),
      };
    },
    async refresh(refreshToken) {
      const { client, exchange } = createClient(settings(), transport);
      // Without the old ID token in the state: Cognito may change auth_time when it rotates, and the library would
      // refuse the reply for it (authts/oidc-client-ts#2107).
      const state = { refresh_token: refreshToken, session_state: null, profile: {} as never };
      return await exchange('session_revoked', () => client.useRefreshToken({ state }));
    },
    async revoke(refreshToken) {
      // Not by the library: it sends a client secret in the body, where Cognito wants it in the header.
      const reply = await transport(`${domain}/oauth2/revoke`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...(config.clientSecret === undefined
            ? {}
            : { authorization: basicCredentials(config.clientId, config.clientSecret) }),
        },
        body: new URLSearchParams({ token: refreshToken, client_id: config.clientId }).toString(),
      });
      if (reply.status !== 200) throw new AuthError('provider_error', `HTTP ${reply.status}`);
    },
    async signOutUrl(signedOutUri) {
      const { client } = createClient(settings(), transport);
      const request = await client.createSignoutRequest({
        extraQueryParams: { client_id: config.clientId, logout_uri: signedOutUri },
      });
      return request.url;
    },
  };
}

/** RFC 6749 §2.3.1: both are form-encoded first, which changes nothing of what Cognito gives out. */
function basicCredentials(clientId: string, clientSecret: string): string {
  const encode = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1);
  return `Basic ${btoa(`${encode(clientId)}:${encode(clientSecret)}`)}`;
}

/** The codes of RFC 6749 §4.1.2.1 and §5.2 that say "this client is not set up like this". */
const clientErrors = [
  'invalid_client',
  'unauthorized_client',
  'invalid_request',
  'invalid_scope',
  'unsupported_grant_type',
];

/** Sorts an OAuth error code, from the callback or from the token endpoint; unknown ones are never repeated. */
export function providerFailure(error: string): AuthError {
  if (error === 'access_denied') return new AuthError('denied');
  if (clientErrors.includes(error) || error === 'unsupported_response_type') {
    return new AuthError('client_refused', error);
  }
  return new AuthError(
    'provider_error',
    error === 'server_error' || error === 'login_required' ? error : 'other',
  );
}

/** @param onInvalidGrant what `invalid_grant` means here. */
function failureOf(error: unknown, onInvalidGrant: 'code_refused' | 'session_revoked'): AuthError {
  if (error instanceof AuthError) return error;
  if (error instanceof ErrorResponse && error.error !== null) {
    return error.error === 'invalid_grant' ? new AuthError(onInvalidGrant) : providerFailure(error.error);
  }
  return new AuthError('reply_unexpected');
}

function parseReply(reply: HttpReply | null): TokenReply {
  const result = tokenReply.safeParse(reply === null ? null : jsonOf(reply));
  if (!result.success || reply === null) throw new AuthError('reply_unexpected');
  return {
    accessToken: result.data.access_token,
    idToken: result.data.id_token ?? null,
    refreshToken: result.data.refresh_token ?? null,
    expiresIn: result.data.expires_in ?? null,
    serverTime: reply.serverTime,
  };
}

function createStateStore(): StateStore {
  const states = new Map<string, string>();
  return {
    get: async (key) => states.get(key) ?? null,
    set: async (key, value) => {
      states.set(key, value);
    },
    remove: async (key) => {
      const value = states.get(key) ?? null;
      states.delete(key);
      return value;
    },
    getAllKeys: async () => [...states.keys()],
  };
}

interface LibraryRequest {
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: URLSearchParams;
}

/**
 * An OidcClient that talks through our transport. The library calls the global `fetch` and has no setting for it, so
 * the one method through which both of its token clients do is replaced. A version that is built differently is refused
 * here, not found out by a request that goes around the system's proxy.
 */
class TransportedOidcClient extends OidcClient {
  routeThrough(fetchWithTimeout: (url: string, request: LibraryRequest) => Promise<Response>): void {
    for (const owner of [this, this._validator]) {
      const tokenClient: unknown = Reflect.get(owner, '_tokenClient');
      const json: unknown =
        typeof tokenClient === 'object' ? Reflect.get(tokenClient ?? {}, '_jsonService') : null;
      if (typeof json !== 'object' || json === null || !('fetchWithTimeout' in json)) {
        throw new Error('oidc-client-ts has changed inside: see TransportedOidcClient');
      }
      json.fetchWithTimeout = fetchWithTimeout;
    }
  }
}

type Exchange = (
  onInvalidGrant: 'code_refused' | 'session_revoked',
  work: () => Promise<unknown>,
) => Promise<TokenReply>;

/** @returns a client, and what runs one call of it and resolves with the token reply that it got. */
function createClient(
  settings: OidcClientSettings,
  transport: Transport,
): { client: OidcClient; exchange: Exchange } {
  let success: HttpReply | null = null;
  const client = new TransportedOidcClient(settings);
  client.routeThrough(async (url, { method, headers, body }) => {
    const { client_id: id, client_secret: secret } = settings;
    const reply = await transport(url, {
      method,
      // The library does not encode what it puts there.
      headers: secret === undefined ? headers : { ...headers, Authorization: basicCredentials(id, secret) },
      ...(body === undefined ? {} : { body: body.toString() }),
    });
    const json = jsonOf(reply);
    if (reply.status !== 200 && typeof json['error'] !== 'string') {
      throw new AuthError('reply_unexpected', `HTTP ${reply.status}`);
    }
    if (reply.status === 200) success = reply;
    return new Response(JSON.stringify(json), {
      status: reply.status,
      headers: { 'content-type': 'application/json' },
    });
  });
  return {
    client,
    async exchange(onInvalidGrant, work) {
      success = null;
      try {
        await work();
      } catch (error) {
        // With a reply in hand it is the ID token that the library dislikes; verification says what is wrong with it.
        if (success === null) throw failureOf(error, onInvalidGrant);
      }
      return parseReply(success);
    },
  };
}
