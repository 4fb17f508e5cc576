/** The forms of requests and replies, as they are checked and as they are documented. */
import { z } from '@hono/zod-openapi';
import { rejectionCodes } from '../store/claims.ts';

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')
  .openapi({
    description: 'SHA-256 of the whole file: 64 lower-case hex digits. It is the identity of a photo.',
  });

const md5 = z
  .string()
  .regex(/^[A-Za-z0-9+/]{22}==$/, 'must be base64 of 16 bytes')
  .openapi({ description: 'MD5 in base64; needed where the grant says MD5.' });

const bytes = z.int().positive().openapi({ description: 'Bytes.' });

/** A NUL cannot be kept by PostgreSQL, and is in no file name. */
const line = (longest: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine((text) => !text.includes('\0'), 'must not contain NUL');

const fileName = line(1024).openapi({
  description: 'Name of the file, without folders.',
  example: 'IMG_0412.HEIC',
});

const takenAt = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?$/,
    'must be like 2026-05-03T18:22:10+02:00, with or without the offset',
  )
  .openapi({ description: 'Local time when the photo was taken, with its offset where that is known.' });

const storedAt = z.string().openapi({ description: 'ISO 8601, UTC.', format: 'date-time' });
const photoId = z.string().openapi({ format: 'uuid' });

export const clientConfigSchema = z
  .object({
    apiUrl: z.string(),
    region: z.string(),
    userPoolId: z.string(),
    clientId: z.string(),
    domain: z.string().openapi({ description: 'Base address of the hosted sign-in pages.' }),
    callbackPorts: z.array(z.int()),
    scopes: z.array(z.string()),
    issuer: z.string().optional().openapi({ description: "Only where it is not the pool's usual one." }),
    identityProvider: z
      .string()
      .optional()
      .openapi({ description: 'The directory to sign in with, past the form of the pool.' }),
    lang: z.string().optional().openapi({ description: 'The language of the hosted pages.' }),
  })
  .openapi('ClientConfig');

export const healthSchema = z.object({ status: z.literal('ready') }).openapi('Health');

export const meSchema = z
  .object({
    sub: z.string(),
    name: z.string().nullable().openapi({ description: 'Null where the user pool does not tell.' }),
    email: z.string().nullable(),
    storedPhotos: z.int(),
    storedBytes: z.int(),
  })
  .openapi('Me');

/** Hashes in one lookup. */
const lookupLimit = 500;

export const lookupSchema = z
  .strictObject({ sha256: z.array(sha256).min(1).max(lookupLimit) })
  .openapi('Lookup');

export const lookupReplySchema = z
  .object({
    found: z.array(z.object({ sha256, photoId, fileName, takenAt: takenAt.nullable(), storedAt })),
  })
  .openapi('LookupReply');

export const grantSchema = z
  .object({
    bucket: z.string(),
    region: z.string(),
    endpoint: z.string().optional().openapi({ description: 'Only where it is not AWS.' }),
    forcePathStyle: z.boolean(),
    keyPrefix: z.string().openapi({ example: 'users/c0ffee00-0001-4000-8000-00000000ada0/photos/' }),
    checksum: z.enum(['SHA256', 'MD5']).openapi({ description: 'Which checksum every request must carry.' }),
    sse: z.object({ algorithm: z.literal('aws:kms'), kmsKeyId: z.string() }).optional(),
    maxBytes: z.int(),
    credentials: z.object({
      accessKeyId: z.string(),
      secretAccessKey: z.string(),
      sessionToken: z.string(),
      expiration: z.string().openapi({ format: 'date-time' }),
    }),
  })
  .openapi('UploadGrant');

export const openUploadsSchema = z
  .object({
    uploads: z.array(
      z.object({
        key: z.string(),
        uploadId: z.string(),
        startedAt: z.string().openapi({ description: 'ISO 8601, UTC.', format: 'date-time' }),
      }),
    ),
  })
  .openapi('OpenUploads');

/** Photos in one commit. */
const commitLimit = 100;
/** Parts of one object, S3's own limit. */
const partLimit = 10_000;

const newPhotoSchema = z
  .strictObject({
    sha256,
    size: bytes,
    key: z
      .string()
      .min(1)
      .max(1024)
      .openapi({ description: 'keyPrefix of the grant, the sha256, a dot, the extension.' }),
    contentType: z
      .string()
      .max(255)
      .regex(/^[a-z]+\/[a-z0-9][a-z0-9.+-]*$/, 'must be a media type in lower case without parameters'),
    fileName,
    takenAt: takenAt.optional(),
    md5: md5.optional(),
    parts: z
      .array(z.strictObject({ size: bytes, sha256: sha256.optional(), md5: md5.optional() }))
      .min(1)
      .max(partLimit)
      .optional()
      .openapi({
        description: 'For objects sent in parts: the digest of each, in order, as the grant says.',
      }),
    again: z
      .boolean()
      .optional()
      .openapi({
        description:
          'Looks at the object also when the photo is recorded already, and rejects the photo when what lies there is ' +
          'not as claimed: for people who doubt that the library has it.',
      }),
  })
  .openapi('NewPhoto');

export const commitSchema = z
  .strictObject({ photos: z.array(newPhotoSchema).min(1).max(commitLimit) })
  .openapi('Commit');

const known = { sha256, photoId, fileName, storedAt };

export const commitReplySchema = z
  .object({
    photos: z
      .array(
        z.discriminatedUnion('status', [
          z.object({ status: z.literal('stored'), ...known }),
          z.object({ status: z.literal('duplicate'), ...known }),
          z.object({ status: z.literal('rejected'), sha256, code: z.enum(rejectionCodes) }),
        ]),
      )
      .openapi({ description: 'One answer for each photo, in the order of the request.' }),
  })
  .openapi('CommitReply');

export const pageQuerySchema = z.object({
  cursor: z.string().max(64).optional().openapi({ description: '`nextCursor` of the page before.' }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(500)
    .default(100)
    .openapi({ type: 'integer', description: '1 to 500; 100 by default.' }),
});

export const pageSchema = z
  .object({
    photos: z.array(
      z.object({
        photoId,
        sha256,
        size: bytes,
        key: z.string(),
        contentType: z.string(),
        fileName,
        takenAt: takenAt.nullable(),
        storedAt,
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .openapi('PhotoPage');
