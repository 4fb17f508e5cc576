/** What the object store really holds, read back through the AWS SDK with the sandbox's own keys. */
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import type { Fault } from '../../sandbox/store/faults.ts';
import type { Sandbox } from '../../sandbox/start.ts';
import { sha256, type TestPhoto } from './photos.ts';

export interface StoredObject {
  key: string;
  /** Of the bytes as they were read back, whatever their key says. */
  sha256: string;
  size: number;
}

const parallelReads = 8;

/** Reads every object under `users/`, byte for byte. */
export async function readStored(store: Sandbox['store']): Promise<StoredObject[]> {
  const client = new S3Client({
    endpoint: store.url,
    region: store.region,
    forcePathStyle: true,
    credentials: { accessKeyId: store.accessKeyId, secretAccessKey: store.secretAccessKey },
  });
  try {
    const keys: string[] = [];
    for await (const page of paginateListObjectsV2({ client }, { Bucket: store.bucket, Prefix: 'users/' })) {
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key ?? ''));
    }
    const objects: StoredObject[] = [];
    const readNext = async (): Promise<void> => {
      for (let key = keys.pop(); key !== undefined; key = keys.pop()) {
        const reply = await client.send(new GetObjectCommand({ Bucket: store.bucket, Key: key }));
        const bytes = (await reply.Body?.transformToByteArray()) ?? new Uint8Array();
        objects.push({ key, sha256: sha256(bytes), size: bytes.length });
      }
    };
    await Promise.all(Array.from({ length: parallelReads }, readNext));
    return objects.sort((a, b) => (a.key < b.key ? -1 : 1));
  } finally {
    client.destroy();
  }
}

/** The store may be another process than last time, which knows nothing of a connection that was kept. */
const ownConnection = { connection: 'close' };

/** Makes the store fail by these rules until told otherwise; an empty list makes it well again. */
export async function setFaults(store: Sandbox['store'], rules: readonly Fault[]): Promise<void> {
  const response = await fetch(`${store.url}/_sandbox/faults`, {
    method: 'PUT',
    headers: ownConnection,
    body: JSON.stringify(rules),
  });
  if (!response.ok) throw new Error(`The store refused the faults: ${await response.text()}`);
}

/** The store's rules, with what is left of their `times`. */
export async function listFaults(store: Sandbox['store']): Promise<Fault[]> {
  const response = await fetch(`${store.url}/_sandbox/faults`, { headers: ownConnection });
  if (!response.ok) throw new Error(`The store did not tell its faults: ${await response.text()}`);
  return (await response.json()) as Fault[];
}

/**
 * Asserts that the content of each of these photos is in the store exactly once, byte for byte.
 *
 * @throws with the photos that are missing or there twice.
 */
export async function expectStoredOnce(
  store: Sandbox['store'],
  photos: readonly Pick<TestPhoto, 'path' | 'sha256' | 'size'>[],
): Promise<void> {
  const objects = await readStored(store);
  const wrong = photos.flatMap((photo) => {
    const copies = objects.filter((object) => object.sha256 === photo.sha256 && object.size === photo.size);
    return copies.length === 1 ? [] : [`${photo.path} is stored ${copies.length} times`];
  });
  // A key names its content, so an object under a wrong key is one that nobody asked for.
  const strays = objects
    .filter((object) => !object.key.includes(`/${object.sha256}.`))
    .map(({ key }) => `${key} holds something else`);
  if (wrong.length + strays.length > 0) throw new Error([...wrong, ...strays].join('\n'));
}
