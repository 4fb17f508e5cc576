/**
 * The child process that runs one of the sandbox's servers, or keeps Ceph's daemons. Its parent tells it which by one message,
 * and it ends when the channel to the parent closes, however the parent came to its end.
 */
import type { CephOptions } from './ceph/server.ts';
import type { CognitoOptions } from './cognito/server.ts';

export type PartOrder =
  | { part: 'cognito'; options: Omit<CognitoOptions, 'log'> }
  | { part: 'ceph'; options: CephOptions }
  | {
      part: 'store';
      options: {
        dir: string;
        port: number;
        region: string;
        accessKeyId: string;
        secretAccessKey: string;
        bucket: string;
      };
    };

/** What a part answers once. */
export type PartReport = { ready: true; url: string } | { ready: false; code: string; message: string };

function report(message: PartReport, then = (): void => {}): void {
  process.send?.(message, then);
}

const log = (line: string): void => console.error(`${new Date().toISOString()} ${line}`);

interface Server {
  url: string;
  /** Where it can end by itself while this process goes on: resolves with why. */
  failed?: Promise<string>;
  stop(): Promise<void>;
}

async function start(order: PartOrder): Promise<Server> {
  switch (order.part) {
    case 'cognito': {
      const { startCognito } = await import('./cognito/server.ts');
      return startCognito({ ...order.options, log });
    }
    case 'ceph': {
      const { startCeph } = await import('./ceph/server.ts');
      return startCeph(order.options);
    }
    case 'store': {
      const { startStore } = await import('./store/server.ts');
      return startStore({ ...order.options, log });
    }
  }
}

process.once('message', (order: PartOrder) => {
  start(order).then(
    (server) => {
      process.once('disconnect', () => {
        server.stop().then(
          () => process.exit(0),
          (error: unknown) => {
            log(`stopping: ${String(error)}`);
            process.exit(1);
          },
        );
      });
      void server.failed?.then((why) => {
        log(why);
        process.exit(1);
      });
      if (process.connected) report({ ready: true, url: server.url });
      else process.exit(0);
    },
    (error: NodeJS.ErrnoException) => {
      log(String(error.stack ?? error));
      report({ ready: false, code: error.code ?? 'failed', message: error.message }, () => process.exit(1));
    },
  );
});
// Ctrl-C in a terminal reaches the whole group; the parent then stops its parts in order.
process.on('SIGINT', () => {});
