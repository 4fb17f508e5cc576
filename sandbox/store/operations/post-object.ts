/** Uploads by HTML form, allowed by a signed policy document. */
import type { identify } from '../auth.ts';
import { s3Error } from '../errors.ts';
import type { Context, Reply } from '../request.ts';
import { bucketOf, header, needOnObject } from '../request.ts';
import { readScope, sameSignature, sign, signingKey } from '../sigv4.ts';
import { createdHeaders, readTraits } from '../traits.ts';
import { s3Namespace, writeXml } from '../xml.ts';
import { createDigests } from '../payload.ts';
import { writeObject } from './write-object.ts';

/** The platform's form parser keeps the form in memory, so forms are for small files. */
const maxFormBytes = 64 * 1024 ** 2;

/**
 * POST of a form to a bucket. The signature is inside the form, hence `identifyKey` in place of a verified identity.
 * @throws MalformedPOSTRequest, AccessDenied, InvalidPolicyDocument, EntityTooLarge, EntityTooSmall,
 *   SignatureDoesNotMatch
 */
export async function postObject(
  context: Context,
  identifyKey: (accessKeyId: string, sessionToken: string | undefined) => ReturnType<typeof identify>,
): Promise<Reply> {
  const { fields, file, fileName } = await readForm(context);
  const policyText = fields.get('policy');
  if (policyText === undefined) throw s3Error('AccessDenied', 'The form has no policy.');
  const scope = readScope(fields.get('x-amz-credential') ?? '', 'InvalidArgument');
  const { identity, secretAccessKey } = identifyKey(scope.accessKeyId, fields.get('x-amz-security-token'));
  const expected = sign(signingKey(secretAccessKey, scope), policyText);
  if (!sameSignature(fields.get('x-amz-signature') ?? '', expected)) throw s3Error('SignatureDoesNotMatch');

  const key = (fields.get('key') ?? '').replaceAll('${filename}', fileName);
  if (key === '') throw s3Error('InvalidArgument', 'Bucket POST must contain a field named key.');
  checkPolicy(policyText, fields, { key, bucket: context.bucketName, size: file.length, now: context.now });
  const posted: Context = {
    ...context,
    key,
    identity,
    wire: { ...context.wire, headers: new Map([...fields, ['host', header(context, 'host') ?? '']]) },
  };
  needOnObject(posted, 's3:PutObject');
  const traits = readTraits(posted);
  const target = { bucket: bucketOf(posted), key, traits, guard: () => undefined };
  const meta = await writeObject(posted, target, async (writer) => {
    const digests = createDigests(undefined);
    digests.update(file);
    await writer.write(file);
    return { size: file.length, ...digests.finish() };
  });
  return postReply(posted, fields, createdHeaders(meta), meta.etag);
}

function postReply(
  context: Context,
  fields: ReadonlyMap<string, string>,
  headers: Record<string, string | undefined>,
  etag: string,
): Reply {
  const redirect = fields.get('success_action_redirect');
  if (redirect !== undefined) return { status: 303, headers: { ...headers, Location: redirect } };
  const status = Number(fields.get('success_action_status') ?? 204);
  if (status !== 201) return { status: status === 200 ? 200 : 204, headers };
  const result = { Bucket: context.bucketName, Key: context.key, ETag: `"${etag}"` };
  return { status, headers, text: writeXml('PostResponse', result, s3Namespace) };
}

async function readForm(
  context: Context,
): Promise<{ fields: Map<string, string>; file: Buffer; fileName: string }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of context.openBody()) {
    size += chunk.length;
    if (size > maxFormBytes) throw s3Error('EntityTooLarge');
    chunks.push(chunk);
  }
  const contentType = header(context, 'content-type') ?? '';
  const parsed = await new Response(Buffer.concat(chunks), { headers: { 'content-type': contentType } })
    .formData()
    .catch(() => {
      throw s3Error('MalformedPOSTRequest');
    });
  const fields = new Map<string, string>();
  for (const [name, value] of parsed) {
    if (typeof value === 'string') fields.set(name.toLowerCase(), value);
    // S3 ignores what comes behind the file.
    else return { fields, file: Buffer.from(await value.arrayBuffer()), fileName: value.name };
  }
  throw s3Error('InvalidArgument', 'POST requires exactly one file upload per request.');
}

type Posted = { key: string; bucket: string; size: number; now: number };

/** Every condition must hold, and every field must be spoken of in a condition. */
function checkPolicy(text: string, fields: ReadonlyMap<string, string>, posted: Posted): void {
  const policy = parsePolicyDocument(text);
  if (!(Date.parse(policy.expiration) > posted.now)) {
    throw s3Error('AccessDenied', 'Invalid according to Policy: Policy expired.');
  }
  const values = new Map([...fields, ['key', posted.key], ['bucket', posted.bucket]]);
  const covered = new Set(['policy', 'x-amz-signature', 'file', 'bucket']);
  for (const condition of policy.conditions) {
    const name = checkCondition(condition, values, posted.size);
    if (name !== undefined) covered.add(name);
  }
  const extra = [...fields.keys()].find((name) => !covered.has(name) && !name.startsWith('x-ignore-'));
  if (extra !== undefined) {
    throw s3Error('AccessDenied', `Invalid according to Policy: Extra input fields: ${extra}`);
  }
}

function parsePolicyDocument(text: string): { expiration: string; conditions: unknown[] } {
  try {
    const document = JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as Record<string, unknown>;
    const { expiration, conditions } = document;
    if (typeof expiration === 'string' && Array.isArray(conditions)) return { expiration, conditions };
  } catch {
    throw s3Error('InvalidPolicyDocument', 'Invalid Policy: Invalid JSON.');
  }
  throw s3Error('InvalidPolicyDocument', 'Invalid Policy: expiration and conditions are required.');
}

/** Checks one condition and returns the field that it is about. */
function checkCondition(
  condition: unknown,
  values: ReadonlyMap<string, string>,
  size: number,
): string | undefined {
  if (typeof condition !== 'object' || condition === null) throw s3Error('InvalidPolicyDocument');
  const [operator, subject, operand] = Array.isArray(condition)
    ? (condition as unknown[])
    : ['eq', `$${Object.keys(condition)[0]}`, Object.values(condition)[0]];
  if (operator === 'content-length-range') {
    if (size < Number(subject))
      throw s3Error('EntityTooSmall', 'The file is smaller than the policy allows.');
    if (size > Number(operand)) throw s3Error('EntityTooLarge', 'The file is larger than the policy allows.');
    return undefined;
  }
  const name = String(subject).slice(1).toLowerCase();
  const value = values.get(name) ?? '';
  const holds =
    (operator === 'eq' && value === operand) ||
    (operator === 'starts-with' && value.startsWith(String(operand)));
  if (!holds) {
    throw s3Error(
      'AccessDenied',
      `Invalid according to Policy: Policy Condition failed: ${JSON.stringify(condition)}`,
    );
  }
  return name;
}
