/** Every way in which sign-in can fail: a stable code, and what the window is told. */
import type { ProblemCode, SignInCause } from '../../preload/contract/model.ts';
import type { TokenRefusal } from '../lib/engine-protocol.ts';
import { ProblemError } from '../lib/rpc.ts';

const problems = {
  // The attempt
  cancelled: 'auth_cancelled',
  superseded: 'auth_cancelled',
  timeout: 'auth_timeout',
  ports_taken: 'auth_ports_taken',
  browser_failed: 'auth_browser_failed',
  browser_url_refused: 'auth_misconfigured',
  // What the hosted UI or the token endpoint said
  denied: 'auth_denied',
  provider_error: 'auth_provider_error',
  client_refused: 'auth_misconfigured',
  code_refused: 'auth_provider_error',
  id_token_missing: 'auth_misconfigured',
  // The network, and whatever is to be waited out like it
  offline: 'auth_network',
  proxy_auth: 'auth_proxy_password',
  proxy_failed: 'auth_proxy',
  certificate: 'auth_certificate',
  deadline: 'auth_network',
  throttled: 'auth_network',
  server_unavailable: 'auth_network',
  reply_unexpected: 'auth_network',
  token_rejected: 'auth_network',
  // Tokens that are not what they should be
  token_malformed: 'auth_token_invalid',
  token_algorithm: 'auth_token_invalid',
  token_key_unknown: 'auth_token_invalid',
  token_signature: 'auth_token_invalid',
  token_issuer: 'auth_token_invalid',
  token_audience: 'auth_token_invalid',
  token_use: 'auth_token_invalid',
  token_expired: 'auth_token_invalid',
  token_not_yet_valid: 'auth_token_invalid',
  token_nonce: 'auth_token_invalid',
  token_at_hash: 'auth_token_invalid',
  token_user: 'auth_token_invalid',
  token_claims: 'auth_token_invalid',
  // The session
  sign_in_needed: 'auth_session_ended',
  session_revoked: 'auth_session_ended',
  keychain_unavailable: 'auth_keychain_unavailable',
  keychain_unread: 'auth_keychain_unread',
  forget_failed: 'auth_keychain_unforgotten',
  internal: 'internal',
} as const satisfies Record<SignInCause, ProblemCode>;

const networkProblems: readonly ProblemCode[] = [
  'auth_network',
  'auth_proxy',
  'auth_proxy_password',
  'auth_certificate',
];

/**
 * A failure of sign-in. It never holds another error: those of oidc-client-ts carry the request's body, and with it
 * the refresh token.
 */
export class AuthError extends ProblemError {
  readonly code: SignInCause;
  /** How long the service asks to be left alone, in milliseconds; null where it does not say. */
  readonly retryAfterMs: number | null;
  /** @param extra what helps to find the cause and is safe to log, such as `ECONNREFUSED` or the ports' numbers. */
  constructor(code: SignInCause, extra?: string, retryAfterMs: number | null = null) {
    super({ code: problems[code], cause: code, detail: extra === undefined ? code : `${code}, ${extra}` });
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
