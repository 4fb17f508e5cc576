/** A store in a folder of its own, for one test file. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { RunningStore, StoreOptions } from '../../../../sandbox/store/server.ts';
import { startStore } from '../../../../sandbox/store/server.ts';
import type { Answer, Signed } from './signed-request.ts';
import { send } from './signed-request.ts';

export const rootKeys = {
  accessKeyId: 'AKIAROOT',
  secretAccessKey: 'a-secret-for-tests-of-40-characters-ok',
};
export const bucket = 'photos';

export type TestStore = {
  dir: string;
  readonly running: RunningStore;
  /** Signs with the owner's keys unless others are given. `path` is the key; the bucket is put before it. */
  call(
    request: Omit<Signed, 'url' | 'keys' | 'path'> & Partial<Pick<Signed, 'keys' | 'path'>>,
  ): Promise<Answer>;
  restart(): Promise<void>;
  close(): Promise<void>;
};

/** Starts a store on a free port. */
export async function openTestStore(options: Partial<StoreOptions> = {}): Promise<TestStore> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tintype-store-'));
  const start = (): Promise<RunningStore> =>
    startStore({ dir, port: 0, region: 'us-east-1', ...rootKeys, bucket, ...options });
  let running = await start();
  return {
    dir,
    get running() {
      return running;
    },
    call: ({ path: key, ...request }) =>
      send({
        keys: rootKeys,
        ...request,
        url: running.url,
        path: key === undefined ? `/${bucket}` : `/${bucket}/${key}`,
      }),
    async restart() {
      await running.stop();
      running = await start();
    },
    async close() {
      await running.stop();
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Calls STS. Returns the keys, or the code of the refusal. */
export async function assumeRole(
  store: TestStore,
  fields: Readonly<Record<string, string>>,
  keys: Signed['keys'] = rootKeys,
): Promise<
  { keys: Required<Signed['keys']>; expiration: string } | { code: string | undefined; status: number }
> {
  const form = new URLSearchParams({
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: 'arn:aws:iam::000000000000:role/upload',
    RoleSessionName: 'test',
    ...fields,
  });
  const answer = await send({
    url: store.running.url,
    keys,
    method: 'POST',
    path: '/',
    service: 'sts',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: Buffer.from(form.toString()),
  });
  if (answer.status !== 200) return { code: answer.code, status: answer.status };
  const field = (name: string): string => new RegExp(`<${name}>(.*?)</${name}>`).exec(answer.text)?.[1] ?? '';
  return {
    keys: {
      accessKeyId: field('AccessKeyId'),
      secretAccessKey: field('SecretAccessKey'),
      sessionToken: field('SessionToken'),
    },
    expiration: field('Expiration'),
  };
}

/** A session policy of the kind that upload grants carry. */
export function uploadPolicy(prefix: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
        Resource: `arn:aws:s3:::${bucket}/${prefix}*`,
      },
      {
        Effect: 'Allow',
        Action: 's3:ListBucketMultipartUploads',
        Resource: `arn:aws:s3:::${bucket}`,
        Condition: { StringLike: { 's3:prefix': `${prefix}*` } },
      },
    ],
  });
}
