/** The one public client configuration; see docs/architecture.md for where it comes from. */
import { z } from 'zod';

/** https, or http on the loopback interface (the sandbox). */
export function isAllowedUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && (url.hostname === '127.0.0.1' || url.hostname === 'localhost');
}

const allowedUrl = z.string().refine(isAllowedUrl, 'must be an https address (http only on 127.0.0.1)');
/** Paths are put behind it: a slash that somebody typed at its end would be doubled. */
const baseUrl = allowedUrl.transform((url) => url.replace(/\/+$/, ''));

export const clientConfigSchema = z.object({
  /** Base address of the backend, without a trailing slash. */
  apiUrl: baseUrl,
  region: z.string().min(1),
  userPoolId: z.string().min(1),
  clientId: z.string().min(1),
  /** Base address of the hosted UI (managed login). */
  domain: baseUrl,
  /** Registered loopback ports, tried in order (Cognito matches callback URLs with their port). */
  callbackPorts: z.array(z.number().int().min(1024).max(65535)).min(1),
  scopes: z.array(z.string().min(1)).min(1).default(['openid', 'profile', 'email']),
  /** Defaults to the pool's issuer. */
  issuer: allowedUrl.optional(),
  clientSecret: z.string().min(1).optional(),
  /** Leads past the pool's own form, to the one directory that everybody signs in with (its name in the pool). */
  identityProvider: z.string().min(1).optional(),
  /** The language of the hosted pages, as Cognito spells it: `de`, `pt-BR`. */
  lang: z
    .string()
    .regex(/^[a-z]{2}(-[A-Z]{2})?$/, 'must be a language such as de or pt-BR')
    .optional(),
});
export type ClientConfig = z.infer<typeof clientConfigSchema>;

/** The pool's issuer where none is configured (AWS: "Verifying JSON web tokens"). */
export function issuerOf(config: Pick<ClientConfig, 'issuer' | 'region' | 'userPoolId'>): string {
  return config.issuer ?? `https://cognito-idp.${config.region}.amazonaws.com/${config.userPoolId}`;
}
