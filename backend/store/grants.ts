/** Short-lived credentials with which one person's app may put photos under that person's prefix, and nothing else. */
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { StoreConfig } from '../config.ts';
import { Problem } from '../problems.ts';

export interface GrantCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** ISO 8601, UTC. */
  expiration: string;
}

export interface Grants {
  /** Throws the problem grant_unavailable. */
  create(sub: string): Promise<GrantCredentials>;
  close(): void;
}

const connectTimeoutMs = 2000;
const requestTimeoutMs = 5000;
/** With the SDK's own retries; a caller has long gone after that. */
const deadlineMs = 12_000;

/** Where a person's photos lie. `sub` holds no character that means anything in a key or a policy. */
export function keyPrefixOf(sub: string): string {
  return `users/${sub}/photos/`;
}

/**
 * What a grant allows: the role's own policy may be wider, the session has no more than this.
 *
 * Listing uploads in parts is not among it. It is an action on the bucket for which neither AWS (Service Authorization
 * Reference, "Actions defined by Amazon S3") nor Ceph knows s3:prefix, so it would show everybody's: the backend lists.
 */
export function grantPolicy(
  sub: string,
  config: Pick<StoreConfig, 'bucket' | 'grantRoleArn' | 'kmsKeyArn'>,
): object {
  const partition = config.grantRoleArn.split(':')[1] ?? 'aws';
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
        Resource: `arn:${partition}:s3:::${config.bucket}/${keyPrefixOf(sub)}*`,
      },
      // S3 needs both to write under a KMS key; Decrypt is for completing uploads in parts.
      ...(config.kmsKeyArn === undefined
        ? []
        : [{ Effect: 'Allow', Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: config.kmsKeyArn }]),
    ],
  };
}

/** Grants from STS AssumeRole, asked for with the backend's own credentials. */
export function createGrants(config: StoreConfig): Grants {
  const client = new STSClient({
    region: config.region,
    ...(config.stsEndpoint === undefined ? {} : { endpoint: config.stsEndpoint }),
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
  });
  return {
    async create(sub) {
      try {
        const { Credentials: given } = await client.send(
          new AssumeRoleCommand({
            RoleArn: config.grantRoleArn,
            RoleSessionName: sub,
            DurationSeconds: config.grantSeconds,
            Policy: JSON.stringify(grantPolicy(sub, config)),
          }),
          { abortSignal: AbortSignal.timeout(deadlineMs) },
        );
        const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = given ?? {};
        if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
          throw new Error('STS answered without credentials');
        }
        return {
          accessKeyId: AccessKeyId,
          secretAccessKey: SecretAccessKey,
          sessionToken: SessionToken,
          expiration: Expiration.toISOString(),
        };
      } catch (error) {
        throw new Problem('grant_unavailable', { cause: error });
      }
    },
    close: () => client.destroy(),
  };
}
