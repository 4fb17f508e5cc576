/** The certified part of the stand-in: oidc-provider, configured and bent to Cognito's habits. */
import { Provider } from 'oidc-provider';
import type { Context } from 'oidc-provider';
import { decodeJwt } from 'jose';
import type { Behaviour } from './behaviour.ts';
import type { PoolKeys } from './keys.ts';
import { errorPage } from './pages.ts';
import type { StateFile } from './state-file.ts';
import { spoil } from './spoil.ts';
import { cognitoTokens, issuedTokenId } from './tokens.ts';

export interface SandboxUser {
  sub: string;
  email: string;
  password: string;
  name: string;
}

export interface ProviderOptions {
  issuer: string;
  clientId: string;
  clientSecret?: string;
  callbackUrls: readonly string[];
  logoutUrls: readonly string[];
  users: readonly SandboxUser[];
  keys: PoolKeys;
  cookieSecret: string;
  state: StateFile;
  behaviour: () => Behaviour;
  log: (line: string) => void;
}

const supportedScopes = ['openid', 'profile', 'email', 'phone', 'aws.cognito.signin.user.admin'];
/** Seconds. Cognito: codes and the time to fill in the form 5 minutes, the hosted session 1 hour. */
const codeSeconds = 300;
const formSeconds = 300;
const sessionSeconds = 3600;
/** Cognito's refresh tokens were seen at 1852 characters; each character of an opaque token carries 6 bits. */
const refreshTokenBits = 1852 * 6;
const cookieOptions = { httpOnly: true, sameSite: 'lax', overwrite: true } as const;

/** Builds oidc-provider under Cognito's paths. Routes are relative to the host, whatever the issuer's path. */
export function buildProvider(options: ProviderOptions): Provider {
  const { behaviour, users } = options;
  const provider = new Provider(options.issuer, {
    adapter: (model: string) => options.state.adapterFor(model),
    clients: [
      {
        client_id: options.clientId,
        ...(options.clientSecret === undefined
          ? { token_endpoint_auth_method: 'none' }
          : { client_secret: options.clientSecret, token_endpoint_auth_method: 'client_secret_post' }),
        // "native" would let the client use any loopback port; Cognito matches the whole address.
        application_type: 'web',
        redirect_uris: options.callbackUrls,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        scope: supportedScopes.join(' '),
      },
    ],
    jwks: { keys: [options.keys.id] },
    cookies: {
      keys: [options.cookieSecret],
      names: { session: 'cognito', interaction: 'cognito_form', resume: 'cognito_resume' },
      long: cookieOptions,
      short: cookieOptions,
    },
    routes: {
      authorization: '/oauth2/authorize',
      token: '/oauth2/token',
      revocation: '/oauth2/revoke',
      userinfo: '/oauth2/userInfo',
      jwks: '/.well-known/jwks.json',
    },
    scopes: supportedScopes,
    claims: {
      openid: ['sub', 'auth_time'],
      email: ['email', 'email_verified'],
      profile: ['name', 'username'],
    },
    conformIdTokenClaims: false,
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: async (_: Context, client: { clientId: string }, token: { clientId: string }) =>
          token.clientId === client.clientId,
      },
      rpInitiatedLogout: { enabled: false },
    },
    formats: {
      bitsOfOpaqueRandomness: (_: Context, token: { kind: string }) =>
        token.kind === 'RefreshToken' ? refreshTokenBits : 256,
    },
    interactions: { url: (_: Context, interaction: { uid: string }) => `/login/${interaction.uid}` },
    pkce: { required: () => true },
    issueRefreshToken: async () => true,
    // Cognito's /logout ends the hosted session and nothing else.
    expiresWithSession: async () => false,
    rotateRefreshToken: () => behaviour().rotation,
    ttl: {
      AccessToken: () => behaviour().accessTokenSeconds,
      IdToken: () => behaviour().idTokenSeconds,
      AuthorizationCode: codeSeconds,
      Interaction: formSeconds,
      Session: sessionSeconds,
      Grant: () => behaviour().refreshTokenSeconds,
      // A rotated token has what was left of the life of the first.
      RefreshToken: (ctx: Context) =>
        ctx.oidc.entities.RotatedRefreshToken?.remainingTTL ?? behaviour().refreshTokenSeconds,
    },
    findAccount: async (_: Context, sub: string) => {
      const user = users.find((candidate) => candidate.sub === sub);
      if (user === undefined) return undefined;
      const claims = { sub, email: user.email, email_verified: true, name: user.name };
      return {
        accountId: sub,
        claims: async (use: string) => (use === 'userinfo' ? { ...claims, username: sub } : claims),
      };
    },
    // Each sign-in has a grant of its own, so that revoking one leaves the person's other devices alone.
    loadExistingGrant: async (ctx: Context) => {
      const grant = new provider.Grant({
        accountId: ctx.oidc.session?.accountId ?? '',
        clientId: ctx.oidc.client?.clientId ?? '',
      });
      grant.addOIDCScope(ctx.oidc.params?.['scope'] ?? '');
      await grant.save();
      return grant;
    },
    renderError: async (ctx: Context, out: { error: string; error_description?: string }) => {
      ctx.type = 'html';
      ctx.body = errorPage(out.error, out.error_description ?? 'The request cannot be answered.');
    },
  });
  provider.on('server_error', (_, error) => options.log(`server error: ${error.stack ?? error.message}`));
  provider.use(async (ctx, next) => {
    if (ctx.path === '/logout') return endHostedSession(provider, ctx, options);
    if (ctx.path === '/oauth2/userInfo') await unwrapAccessToken(ctx, options);
    await next();
    if (ctx.path === '/oauth2/token') await rewriteTokenReply(ctx, options);
    else rewriteCallback(ctx, options);
  });
  return provider;
}

/** GET /logout?client_id&logout_uri: both must match exactly, or an error page shows and nothing ends. */
async function endHostedSession(provider: Provider, ctx: Context, options: ProviderOptions): Promise<void> {
  const { client_id: clientId, logout_uri: logoutUri } = ctx.query;
  if (
    clientId !== options.clientId ||
    typeof logoutUri !== 'string' ||
    !options.logoutUrls.includes(logoutUri)
  ) {
    ctx.status = 400;
    ctx.type = 'html';
    ctx.body = errorPage(
      'invalid_request',
      'The sign-out address is not one of those registered for this app.',
    );
    return;
  }
  await (await provider.Session.get(ctx)).destroy();
  ctx.cookies.set(provider.cookieName('session'), null, cookieOptions);
  ctx.redirect(logoutUri);
}

/** oidc-provider knows its access tokens by their id, which the signed token carries as `jti`. */
async function unwrapAccessToken(ctx: Context, options: ProviderOptions): Promise<void> {
  const [, jwt] = /^Bearer (\S+)$/i.exec(ctx.req.headers.authorization ?? '') ?? [];
  if (jwt === undefined) return;
  const id = await issuedTokenId(jwt, options.issuer, options.keys);
  ctx.req.headers.authorization = `Bearer ${id ?? 'unknown'}`;
}

async function rewriteTokenReply(ctx: Context, options: ProviderOptions): Promise<void> {
  const body = ctx.body as Record<string, unknown> | undefined;
  if (typeof body?.['error'] === 'string') {
    // Cognito tells the code and nothing else, and answers 400 also where others answer 401.
    ctx.body = { error: body['error'] };
    if (ctx.status === 401) ctx.status = 400;
    return;
  }
  const token = ctx.status === 200 ? ctx.oidc.entities.AccessToken : undefined;
  if (token === undefined) return;
  const reply = body as { id_token?: string; refresh_token?: string; expires_in: number };
  const isRefresh = ctx.oidc.params?.['grant_type'] === 'refresh_token';
  const { newAuthTimeOnRefresh, rotation } = options.behaviour();
  const keepsAuthTime = reply.id_token !== undefined && !(isRefresh && newAuthTimeOnRefresh);
  const tokens = await cognitoTokens(
    reply,
    {
      token,
      username: token.accountId,
      issuer: options.issuer,
      authTime: keepsAuthTime ? (decodeJwt(reply.id_token ?? '')['auth_time'] as number) : undefined,
      // Without rotation a refresh brings no refresh token; oidc-provider repeats the old one.
      ...(reply.refresh_token === undefined || (isRefresh && !rotation)
        ? {}
        : { refreshToken: reply.refresh_token }),
    },
    options.keys,
  );
  const { tokens: fault } = options.behaviour();
  ctx.body = fault === 'ok' ? tokens : await spoil(tokens, fault, options.keys);
}

/** Redirects to the app's callback carry no `iss` (RFC 9207), and, where switched, errors carry no `state`. */
function rewriteCallback(ctx: Context, options: ProviderOptions): void {
  const location = ctx.response.get('location');
  if (!URL.canParse(location)) return;
  const url = new URL(location);
  if (!options.callbackUrls.includes(`${url.origin}${url.pathname}`)) return;
  url.searchParams.delete('iss');
  if (url.searchParams.has('error') && options.behaviour().errorsWithoutState)
    url.searchParams.delete('state');
  ctx.set('location', url.href);
  ctx.body = '';
}
