/** How the Cognito stand-in behaves, and how a test makes it misbehave while it runs. */
import { z } from 'zod';

/** What POST /oauth2/token does; everything but `ok` is a failure that was seen in the field. */
const tokenEndpoint = z.enum([
  'ok',
  /** 429, as AWS answers when an account's quota for refresh grants is used up. */
  'throttled',
  'serverError',
  /** A 200 page of HTML, as a captive portal answers. */
  'html',
  /** Takes the request and never answers. */
  'hang',
  /** Sends the head of a reply and the first bytes of its body, and then nothing. */
  'hangBody',
  /** Drops the connection without looking at the request. */
  'reset',
  /** Does the work, rotation included, and then drops the connection. */
  'lostReply',
  'invalidGrant',
]);

/** What is wrong with the tokens that are issued: each must be refused for a reason of its own. */
const tokens = z.enum([
  'ok',
  /** `alg: none`, and no signature. */
  'unsigned',
  /** Signed with HMAC, and with what is public as its secret. */
  'hmac',
  /** Signed with a key of another pool, under the name of one of this pool's. */
  'otherKey',
  /** Signed with a key that is not published. */
  'unknownKey',
  /** The claims were changed after signing. */
  'tampered',
  'swapped',
  'otherPool',
  'otherClient',
  'expired',
  'notYetValid',
  'otherNonce',
  'otherAtHash',
  /** The access token is another person's than the ID token. */
  'otherUser',
  'noIdToken',
  'garbage',
]);
export type TokenFault = Exclude<z.infer<typeof tokens>, 'ok'>;

export const behaviourSchema = z.strictObject({
  tokens: tokens,
  /** What GET …/jwks.json does. */
  keysEndpoint: z.enum(['ok', 'serverError', 'html', 'hang']),
  /** What a `throttled` or `serverError` reply says in Retry-After, in seconds; null for nothing. */
  retryAfterSeconds: z.number().int().min(0).nullable(),
  tokenEndpoint: tokenEndpoint,
  /** How many more requests misbehave before the endpoint is well again; null for until told. */
  tokenEndpointTimes: z.number().int().positive().nullable(),
  /** Cognito redirects some errors to the callback without the `state` of the request. */
  errorsWithoutState: z.boolean(),
  /** Answers the next sign-ins with this error instead of showing the form; null for the form. */
  authorizeError: z
    .enum(['invalid_request', 'unauthorized_client', 'invalid_scope', 'server_error', 'access_denied'])
    .nullable(),
  /** Whether a refresh brings a new refresh token and spends the old one. */
  rotation: z.boolean(),
  /** How long a spent refresh token still works (Cognito allows 0 to 60). */
  rotationGraceSeconds: z.number().int().min(0).max(60),
  /** Cognito has been seen to change auth_time on a refresh with rotation. */
  newAuthTimeOnRefresh: z.boolean(),
  accessTokenSeconds: z.number().int().min(1).max(86_400),
  idTokenSeconds: z.number().int().min(1).max(86_400),
  refreshTokenSeconds: z.number().int().min(1).max(315_360_000),
});
export type Behaviour = z.infer<typeof behaviourSchema>;

/** A healthy pool as AWS's guide recommends one for desktop apps: rotation on, one hour, thirty days. */
export const healthyBehaviour: Behaviour = {
  tokens: 'ok',
  keysEndpoint: 'ok',
  retryAfterSeconds: null,
  tokenEndpoint: 'ok',
  tokenEndpointTimes: null,
  errorsWithoutState: false,
  authorizeError: null,
  rotation: true,
  rotationGraceSeconds: 10,
  newAuthTimeOnRefresh: false,
  accessTokenSeconds: 3600,
  idTokenSeconds: 3600,
  refreshTokenSeconds: 30 * 86_400,
};
