/** Every way in which sign-in can fail: a stable code, what the window is told, and a sentence with a next step. */
import type { ProblemCode } from '../../preload/contract/model.ts';
import type { TokenRefusal } from '../lib/engine-protocol.ts';
import { ProblemError } from '../lib/rpc.ts';

const table = {
  // The attempt
  cancelled: ['auth_cancelled', 'The sign-in was cancelled. Choose "Sign in" to start again.'],
  superseded: ['auth_cancelled', 'A newer sign-in took over. Finish that one in the browser.'],
  timeout: ['auth_timeout', 'The browser did not come back in time. Choose "Sign in" to start again.'],
  ports_taken: [
    'auth_ports_taken',
    'Every port that the browser may come back to is in use. Close the program that holds one and try again.',
  ],
  browser_failed: [
    'auth_browser_failed',
    'The browser could not be opened. Copy the link and open it yourself.',
  ],
  browser_url_refused: [
    'auth_misconfigured',
    'The sign-in address is neither https nor on the configured host. Ask whoever runs the library.',
  ],
  // What the hosted UI or the token endpoint said
  denied: ['auth_denied', 'The sign-in page refused access. Try again, or ask whoever runs the library.'],
  provider_error: ['auth_provider_error', 'The sign-in service reported an error. Try again in a moment.'],
  client_refused: [
    'auth_misconfigured',
    'The sign-in service does not accept this app as it is configured. Ask whoever runs the library.',
  ],
  code_refused: [
    'auth_provider_error',
    'The sign-in took too long or was used twice. Choose "Sign in" to start again.',
  ],
  id_token_missing: [
    'auth_misconfigured',
    'The sign-in service did not say who signed in. The scopes must include openid.',
  ],
  // The network, and whatever is to be waited out like it
  offline: [
    'auth_network',
    'The sign-in service cannot be reached. Check the network; Tintype tries again by itself.',
  ],
  proxy_auth: [
    'auth_proxy_password',
    'The proxy server of this network asks for a user name and a password. Enter them, then sign in again.',
  ],
  proxy_failed: [
    'auth_proxy',
    'The proxy server of this network does not answer or refuses. Tintype tries again by itself.',
  ],
  certificate: [
    'auth_certificate',
    'The certificate of the sign-in service is not trusted. If this network has a log-in page, open it first.',
  ],
  deadline: ['auth_network', 'The sign-in service did not answer in time. Tintype tries again by itself.'],
  throttled: ['auth_network', 'The sign-in service asks for a pause. Tintype tries again by itself.'],
  server_unavailable: ['auth_network', 'The sign-in service is out of order. Tintype tries again by itself.'],
  reply_unexpected: [
    'auth_network',
    'The answer did not come from a sign-in service. If this network has a log-in page, open it first.',
  ],
  token_rejected: [
    'auth_network',
    'The library refuses a token that was just issued. Tintype tries again by itself.',
  ],
  // Tokens that are not what they should be
  token_malformed: ['auth_token_invalid', 'A token cannot be read. Sign in again.'],
  token_algorithm: ['auth_token_invalid', 'A token is not signed with RS256. Sign in again.'],
  token_key_unknown: [
    'auth_token_invalid',
    'A token is signed with a key that the user pool does not publish. Sign in again.',
  ],
  token_signature: ['auth_token_invalid', "A token's signature is wrong. Sign in again."],
  token_issuer: ['auth_token_invalid', 'A token comes from another user pool. Check the configuration.'],
  token_audience: ['auth_token_invalid', 'A token is meant for another app. Check the configuration.'],
  token_use: [
    'auth_token_invalid',
    'An access token stood where an ID token belongs, or the reverse. Sign in again.',
  ],
  token_expired: [
    'auth_token_invalid',
    'A token had expired when it arrived. Check the date and time of this computer.',
  ],
  token_not_yet_valid: [
    'auth_token_invalid',
    'A token is dated in the future. Check the date and time of this computer.',
  ],
  token_nonce: ['auth_token_invalid', 'A token belongs to another sign-in. Sign in again.'],
  token_at_hash: ['auth_token_invalid', 'Two tokens do not belong together. Sign in again.'],
  token_user: ['auth_token_invalid', 'A token belongs to somebody else. Sign in again.'],
  token_claims: ['auth_token_invalid', 'A token lacks what a user pool puts into it. Sign in again.'],
  // The session
  sign_in_needed: ['auth_session_ended', 'Nobody is signed in. Choose "Sign in".'],
  session_revoked: ['auth_session_ended', 'The session was ended. Sign in again; the queue is kept.'],
  keychain_unavailable: [
    'auth_keychain_unavailable',
    "The system's keychain cannot be used. Unlock it; Tintype tries again by itself.",
  ],
  keychain_unread: [
    'auth_keychain_unread',
    "The session cannot be read from the system's keychain. Unlock it; Tintype tries again by itself.",
  ],
  forget_failed: [
    'auth_keychain_unforgotten',
    "The session cannot be taken out of the system's keychain. Unlock it; Tintype tries again by itself.",
  ],
  internal: ['internal', 'Something in Tintype went wrong. Try again.'],
} as const satisfies Record<string, readonly [ProblemCode, string]>;

const networkProblems: readonly ProblemCode[] = [
  'auth_network',
  'auth_proxy',
  'auth_proxy_password',
  'auth_certificate',
];

export type AuthErrorCode = keyof typeof table;

/**
 * A failure of sign-in. It never holds another error: those of oidc-client-ts carry the request's body, and with it
 * the refresh token.
 */
export class AuthError extends ProblemError {
  readonly code: AuthErrorCode;
  /** How long the service asks to be left alone, in milliseconds; null where it does not say. */
  readonly retryAfterMs: number | null;
  /** @param extra what helps to find the cause and is safe to log, such as `ECONNREFUSED` or the ports' numbers. */
  constructor(code: AuthErrorCode, extra?: string, retryAfterMs: number | null = null) {
    const [problem, sentence] = table[code];
    super({ code: problem, detail: `${sentence} (${code}${extra === undefined ? '' : `, ${extra}`})` });
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  /** The service could not be asked: nothing is known of the session or the tokens, and it is to be waited out. */
  get isNetwork(): boolean {
    return networkProblems.some((code) => code === this.problem.code);
  }

  /** What the engine is told when this is why it gets no token: everything but an ended session is waited out. */
  get refusal(): TokenRefusal {
    return this.code === 'sign_in_needed' || this.code === 'session_revoked' ? 'sign_in_needed' : 'offline';
  }
}
