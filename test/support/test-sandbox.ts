import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { AccessToken } from '../../main/lib/engine-protocol.ts';
import { signInByScript } from '../../sandbox/scripted-sign-in.ts';
import { freePorts } from '../../sandbox/ports.ts';
import {
  sandboxUsers,
  startSandbox,
  type ObjectStore,
  type Sandbox,
  type SandboxOptions,
} from '../../sandbox/start.ts';
import type { Fault } from '../../sandbox/store/faults.ts';
import { openGate, type HttpGate } from './http-gate.ts';

export type Person = keyof typeof sandboxUsers;

export interface TestSandbox extends Pick<Sandbox, 'apiUrl' | 'stopPart' | 'startPart'> {
  storeUrl: string;
  /** A person's real access token; signed in once and kept. */
  token(person: Person): Promise<AccessToken>;
  /** The bucket's owner, past every gate. */
  owner: { s3: S3Client; bucket: string };
  /** Replaces the faults of the sandbox's own store. */
  faults(...faults: Fault[]): Promise<void>;
  /** What lies in the store for a person: key → bytes. */
  objects(person: Person): Promise<Map<string, Buffer>>;
  stop(): Promise<void>;
}

export function subOf(person: Person): string {
  return sandboxUsers[person].sub;
}

/** The whole sandbox in a folder of its own, for `beforeAll`; the folder is removed by `stop`. */
export async function openTestSandbox(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tintype-sandbox-'));
  const callbackPort = 28_500;
  const sandbox = await startSandbox({ dir, callbackPorts: [callbackPort], quiet: true, ...options });
  const { url: endpoint, region, bucket, ...credentials } = sandbox.store;
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  const tokens = new Map<Person, Promise<AccessToken>>();

  const signIn = async (person: Person): Promise<AccessToken> => {
    const { email, password, sub } = sandboxUsers[person];
    const reply = await signInByScript({
      url: sandbox.cognitoUrl,
      clientId: String(sandbox.clientConfig['clientId']),
      redirectUri: `http://127.0.0.1:${callbackPort}/callback`,
      email,
      password,
    });
    return { token: reply.access_token, expiresAt: Date.now() + reply.expires_in * 1000, sub };
  };
  return {
    apiUrl: sandbox.apiUrl,
    storeUrl: endpoint,
    stopPart: sandbox.stopPart,
    startPart: sandbox.startPart,
    owner: { s3, bucket },
    token: (person) => {
      const known = tokens.get(person) ?? signIn(person);
      tokens.set(person, known);
      return known;
    },
    faults: async (...faults) => {
      const response = await fetch(`${endpoint}/_sandbox/faults`, {
        method: 'PUT',
        body: JSON.stringify(faults),
      });
      if (!response.ok) throw new Error(await response.text());
    },
    objects: async (person) => {
      const Prefix = `users/${subOf(person)}/photos/`;
      const objects = new Map<string, Buffer>();
      let ContinuationToken: string | undefined;
      do {
        const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix, ContinuationToken }));
        for (const { Key = '' } of page.Contents ?? []) {
          const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
          objects.set(Key, Buffer.from((await Body?.transformToByteArray()) ?? []));
        }
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      return objects;
    },
    stop: async () => {
      s3.destroy();
      await sandbox.stop();
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}

export interface GatedSandbox extends TestSandbox {
  /** Between the engine and the store, and between the engine and the backend. */
  storeGate: HttpGate;
  backendGate: HttpGate;
}

/** The sandbox on one of the stores, with a gate before that and before the backend. */
export async function openGatedSandbox(objectStore: ObjectStore): Promise<GatedSandbox> {
  const [backend = 0, store = 0] = await freePorts(2);
  const [backendGate, storeGate] = await Promise.all([
    openGate(`http://127.0.0.1:${backend}`),
    openGate(`http://127.0.0.1:${store}`),
  ]);
  const sandbox = await openTestSandbox({
    objectStore,
    // The shortest there is: a clock that is ahead by less than stores tolerate makes a new one due.
    grantSeconds: 900,
    ports: { backend, store },
    addresses: { backend: backendGate.url, store: storeGate.url },
  });
  return {
    ...sandbox,
    storeGate,
    backendGate,
    stop: async () => {
      await Promise.all([storeGate.close(), backendGate.close()]);
      await sandbox.stop();
    },
  };
}
