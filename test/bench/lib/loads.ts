/** What is uploaded in measurements, and by what it is measured. */
import path from 'node:path';
import type { Sandbox } from '../../../sandbox/start.ts';
import { makePhotos } from '../../e2e/photos.ts';
import { measureCommand, type Cost } from './command.ts';
import { makeVideo } from './files.ts';

export interface Load {
  title: string;
  count: number;
  /** Of each file. */
  bytes: number;
  make: (dir: string, load: Load) => Promise<unknown>;
}

const manyPhotos: Load['make'] = (dir, { count, bytes }) => makePhotos(dir, count, { bytes });

export const loads = {
  photos: { title: '300 photos of 4 MB', count: 300, bytes: 4_000_000, make: manyPhotos },
  small: { title: '1,000 photos of 200 kB', count: 1_000, bytes: 200_000, make: manyPhotos },
  large: {
    title: '1 video of 1 GiB',
    count: 1,
    bytes: 1_073_741_824,
    make: (dir, { bytes }) => Promise.resolve(makeVideo(path.join(dir, 'MOV_0001.mp4'), bytes)),
  },
} as const satisfies Record<string, Load>;
export type LoadName = keyof typeof loads;

/** Copies a folder with `rclone copy --transfers 16` to `folder` of the store's bucket. */
export function uploadByRclone(store: Sandbox['store'], dir: string, folder: string): Promise<Cost> {
  return measureCommand('rclone', ['copy', '--transfers', '16', dir, `bench:${store.bucket}/${folder}`], {
    RCLONE_CONFIG: '/notfound',
    RCLONE_CONFIG_BENCH_TYPE: 's3',
    RCLONE_CONFIG_BENCH_PROVIDER: 'Other',
    RCLONE_CONFIG_BENCH_ENDPOINT: store.url,
    RCLONE_CONFIG_BENCH_REGION: store.region,
    RCLONE_CONFIG_BENCH_ACCESS_KEY_ID: store.accessKeyId,
    RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY: store.secretAccessKey,
  });
}
