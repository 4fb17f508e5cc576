/** The backend's whole configuration: environment variables, read once, all faults told at once. */
import { z } from 'zod';

/** Why the backend does not start; `message` has one sentence for each variable that is missing or senseless. */
export class ConfigError extends Error {
  readonly code = 'config_invalid';
}

const optional = <T extends z.ZodType>(schema: T): z.ZodOptional<T> => schema.optional();

/** https, or http where the traffic does not leave the machine. */
const address = z
  .string()
  .refine(isAllowedAddress, 'must be an https address without a path at its end (http only on 127.0.0.1)');
const portNumber = z.coerce.number('must be a port number').int('must be a port number').min(0).max(65_535);
const text = z.string().min(1, 'must not be empty');

const environmentSchema = z.object({
  PORT: portNumber,
  HOST: optional(text),
  PUBLIC_URL: optional(address),
  ISSUER: optional(address),
  CLIENT_ID: text,
  COGNITO_DOMAIN: address,
  REGION: text,
  USER_POOL_ID: z.string().regex(/^[\w-]+_\w+$/, 'must look like eu-central-1_AbCdEfGhI'),
  SCOPES: optional(
    z
      .string()
      .transform((list) => list.split(' ').filter((scope) => scope !== ''))
      .refine(
        (list) => list.includes('openid'),
        'must be scopes with blanks between them, openid among them',
      ),
  ),
  IDENTITY_PROVIDER: optional(text),
  LOGIN_LANG: optional(
    z.string().regex(/^[a-z]{2}(-[A-Z]{2})?$/, 'must be a language of the hosted pages, such as de or pt-BR'),
  ),
  CALLBACK_PORTS: z
    .string()
    .regex(/^\d+(,\d+)*$/, 'must be port numbers with commas between them, such as 17501,17502,17503')
    .transform((list) => list.split(',').map(Number))
    .pipe(z.array(z.number().min(1024, 'must be ports above 1023').max(65_535, 'must be ports below 65536'))),
  DATABASE_URL: optional(z.string().regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')),
  PGLITE_DIR: optional(text),
  S3_BUCKET: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket'),
  S3_REGION: text,
  S3_ENDPOINT: optional(address),
  S3_PUBLIC_ENDPOINT: optional(address),
  S3_FORCE_PATH_STYLE: optional(z.enum(['true', 'false'], 'must be true or false')),
  S3_CHECKSUM: z.enum(['SHA256', 'MD5'], 'must be SHA256, or MD5 for stores that lack it'),
  SSE_KMS_KEY_ID: optional(z.string().regex(/^arn:[\w-]+:kms:/, 'must be the ARN of a key')),
  STS_ENDPOINT: optional(address),
  GRANT_ROLE_ARN: z.string().regex(/^arn:[\w-]+:iam::\d*:role\/.+/, 'must be the ARN of a role'),
  MAX_BYTES: optional(
    z.coerce.number('must be a number of bytes').int('must be a whole number').positive('must be positive'),
  ),
  GRANT_SECONDS: optional(
    z.coerce
      .number('must be a number of seconds')
      .int()
      .min(900, 'must be 900 or more')
      .max(43_200, 'must be 43200 or less'),
  ),
});

export interface Config {
  port: number;
  host: string;
  /** Absent only with port 0: then it is the address that was listened on. */
  publicUrl: string | undefined;
  issuer: string;
  clientId: string;
  cognitoDomain: string;
  region: string;
  userPoolId: string;
  callbackPorts: number[];
  scopes: string[];
  /** The pool's directory that everybody signs in with; undefined for the pool's own choice. */
  identityProvider: string | undefined;
  /** The language of the hosted pages; undefined for the browser's. */
  loginLang: string | undefined;
  database: { kind: 'postgres'; url: string } | { kind: 'pglite'; dir: string };
  store: StoreConfig;
}

export interface StoreConfig {
  bucket: string;
  region: string;
  /** Where the backend reaches the store, and where the app does; undefined for AWS. */
  endpoint: string | undefined;
  publicEndpoint: string | undefined;
  forcePathStyle: boolean;
  checksum: 'SHA256' | 'MD5';
  kmsKeyArn: string | undefined;
  stsEndpoint: string | undefined;
  grantRoleArn: string;
  grantSeconds: number;
  maxBytes: number;
}

/** Name and e-mail come from userInfo, which wants all three. */
const defaultScopes = ['openid', 'profile', 'email'];

/** Bytes. S3 itself allows 5 TiB; a photo library has no business above this unless told so by MAX_BYTES. */
const defaultMaxBytes = 50 * 2 ** 30;
const largestObject = 5 * 2 ** 40;

/** Reads the configuration from environment variables. Throws ConfigError. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  // An empty variable is how many tools say "not set".
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  const faults = parsed.success
    ? crossChecks(parsed.data)
    : parsed.error.issues.map((issue) => describe(issue, given));
  if (!parsed.success || faults.length > 0) throw new ConfigError([...new Set(faults)].join('\n'));
  const values = parsed.data;
  return {
    port: values.PORT,
    host:
      values.HOST ??
      (values.PUBLIC_URL === undefined || isLoopback(values.PUBLIC_URL) ? '127.0.0.1' : '0.0.0.0'),
    publicUrl: values.PUBLIC_URL,
    issuer: values.ISSUER ?? poolIssuer(values.REGION, values.USER_POOL_ID),
    clientId: values.CLIENT_ID,
    cognitoDomain: values.COGNITO_DOMAIN,
    region: values.REGION,
    userPoolId: values.USER_POOL_ID,
    callbackPorts: values.CALLBACK_PORTS,
    scopes: values.SCOPES ?? defaultScopes,
    identityProvider: values.IDENTITY_PROVIDER,
    loginLang: values.LOGIN_LANG,
    database:
      values.DATABASE_URL === undefined
        ? { kind: 'pglite', dir: values.PGLITE_DIR as string }
        : { kind: 'postgres', url: values.DATABASE_URL },
    store: {
      bucket: values.S3_BUCKET,
      region: values.S3_REGION,
      endpoint: values.S3_ENDPOINT,
      publicEndpoint: values.S3_PUBLIC_ENDPOINT ?? values.S3_ENDPOINT,
      forcePathStyle: values.S3_FORCE_PATH_STYLE === 'true',
      checksum: values.S3_CHECKSUM,
      kmsKeyArn: values.SSE_KMS_KEY_ID,
      stsEndpoint: values.STS_ENDPOINT,
      grantRoleArn: values.GRANT_ROLE_ARN,
      grantSeconds: values.GRANT_SECONDS ?? 3600,
      maxBytes: values.MAX_BYTES ?? defaultMaxBytes,
    },
  };
}

/** The issuer of a pool's tokens where nothing else is said (AWS, "Verifying JSON web tokens"). */
export function poolIssuer(region: string, userPoolId: string): string {
  return `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`;
}

function crossChecks(values: z.infer<typeof environmentSchema>): string[] {
  const faults: string[] = [];
  if (values.PUBLIC_URL === undefined && values.PORT !== 0) {
    faults.push(
      'PUBLIC_URL is missing: set it to the address at which the desktop app reaches this backend.',
    );
  }
  if ((values.DATABASE_URL === undefined) === (values.PGLITE_DIR === undefined)) {
    faults.push('Set one of DATABASE_URL (PostgreSQL) and PGLITE_DIR (a folder for the embedded database).');
  }
  if (values.S3_CHECKSUM === 'MD5' && values.SSE_KMS_KEY_ID !== undefined) {
    faults.push('SSE_KMS_KEY_ID needs S3_CHECKSUM=SHA256: the ETag of an object under a KMS key is no MD5.');
  }
  if ((values.MAX_BYTES ?? 0) > largestObject)
    faults.push('MAX_BYTES must be at most 5497558138880, S3 takes no more.');
  return faults;
}

function describe(issue: z.core.$ZodIssue, given: Record<string, string | undefined>): string {
  const name = String(issue.path[0]);
  if (given[name] === undefined)
    return `${name} is missing: set this environment variable (see docs/aws-setup.md).`;
  return `${name} ${issue.message.startsWith('must') ? issue.message : `is not valid: ${issue.message}`}.`;
}

function isAllowedAddress(candidate: string): boolean {
  if (!URL.canParse(candidate)) return false;
  const url = new URL(candidate);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return false;
  if (candidate.endsWith('/')) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(candidate));
}

function isLoopback(candidate: string): boolean {
  const { hostname } = new URL(candidate);
  return hostname === '127.0.0.1' || hostname === 'localhost';
}
