/** STS AssumeRole (API version 2011-06-15) on the store's own endpoint. */
import { createHash } from 'node:crypto';
import { authenticateSts } from '../auth.ts';
import { s3Error } from '../errors.ts';
import { isAllowed, parsePolicy } from '../policy.ts';
import type { Reply, Store } from '../request.ts';
import type { WireRequest } from '../wire.ts';
import { parseQuery } from '../wire.ts';
import { writeXml } from '../xml.ts';

export const stsNamespace = 'https://sts.amazonaws.com/doc/2011-06-15/';
const maxForm = 64 * 1024;
const maxPolicy = 2048;
const defaultDuration = 3600;

/** Whether a request without bucket is meant for STS: a form, posted to the root. */
export function isStsRequest(wire: WireRequest): boolean {
  const type = wire.headers.get('content-type') ?? '';
  return (
    wire.method === 'POST' && wire.rawPath === '/' && type.startsWith('application/x-www-form-urlencoded')
  );
}

/**
 * AssumeRole.
 * @throws ValidationError, MalformedPolicyDocument, AccessDenied, InvalidClientTokenId and the errors of signatures
 */
export async function assumeRole(
  wire: WireRequest,
  body: AsyncIterable<Buffer>,
  store: Store,
  now: number,
  requestId: string,
): Promise<Reply> {
  const form = await readForm(body);
  const identity = authenticateSts(wire, createHash('sha256').update(form).digest('hex'), store, now);
  const fields = new Map(parseQuery(form.toString('utf8')));
  if (fields.get('Action') !== 'AssumeRole' || fields.get('Version') !== '2011-06-15') {
    throw s3Error('InvalidRequest', 'Only Action=AssumeRole with Version=2011-06-15 is known here.');
  }
  const { roleArn, sessionName, duration, policy } = readFields(fields);
  const access = { action: 'sts:AssumeRole', resource: roleArn, context: new Map<string, string>() };
  if (identity.policy !== undefined && !isAllowed(identity.policy, access)) {
    throw s3Error('AccessDenied', `Not authorized to perform sts:AssumeRole on resource ${roleArn}.`);
  }
  const expiresAt = Math.floor(now / 1000 + duration) * 1000;
  const credentials = store.sessions.issue({ expiresAt, roleArn, sessionName, policy });
  const result = {
    AssumeRoleResult: {
      Credentials: {
        AccessKeyId: credentials.accessKeyId,
        SecretAccessKey: credentials.secretAccessKey,
        SessionToken: credentials.sessionToken,
        Expiration: new Date(expiresAt).toISOString(),
      },
      AssumedRoleUser: {
        AssumedRoleId: `AROA${credentials.accessKeyId.slice(4)}:${sessionName}`,
        Arn: `${roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${sessionName}`,
      },
      PackedPolicySize: policy === undefined ? undefined : Math.ceil((policy.length / maxPolicy) * 100),
    },
    ResponseMetadata: { RequestId: requestId },
  };
  return { status: 200, text: writeXml('AssumeRoleResponse', result, stsNamespace) };
}

async function readForm(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxForm) throw s3Error('ValidationError', 'The form is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

type Fields = { roleArn: string; sessionName: string; duration: number; policy: string | undefined };

function readFields(fields: ReadonlyMap<string, string>): Fields {
  const roleArn = fields.get('RoleArn') ?? '';
  const sessionName = fields.get('RoleSessionName') ?? '';
  const duration = Number(fields.get('DurationSeconds') ?? defaultDuration);
  const policy = fields.get('Policy');
  // Ceph's role ARNs have no account number; the grants' issuer must work with both.
  if (!/^arn:aws[\w-]*:iam::\d{0,12}:role\/[\w+=,.@/-]{1,512}$/.test(roleArn)) {
    throw s3Error('ValidationError', 'RoleArn must be arn:aws:iam::ACCOUNT:role/NAME.');
  }
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
    throw s3Error('ValidationError', 'RoleSessionName must be 2 to 64 of letters, digits and =,.@-');
  }
  if (!Number.isInteger(duration) || duration < 900 || duration > 43_200) {
    throw s3Error('ValidationError', 'DurationSeconds must be 900 to 43200.');
  }
  if (policy !== undefined) {
    if (policy.length > maxPolicy)
      throw s3Error('ValidationError', `Policy must have at most ${maxPolicy} characters.`);
    parsePolicy(policy);
  }
  return { roleArn, sessionName, duration, policy };
}
