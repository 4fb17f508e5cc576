/** Starts the backend: `node --import tsx backend/main.ts`, configured by environment variables (config.ts). */
import { createAdaptorServer } from '@hono/node-server';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTokenVerifier } from './access-token.ts';
import { createApp } from './app.ts';
import { ConfigError, readConfig } from './config.ts';
import type { Config } from './config.ts';
import { openPglite, openPostgres } from './records/database.ts';
import { migrate } from './records/migrate.ts';
import { createPhotoRecords } from './records/photo-records.ts';
import { createGrants } from './store/grants.ts';
import { createObjects } from './store/objects.ts';
import { fetchUserInfo } from './user-info.ts';

const log = (event: Record<string, unknown>): void => {
  console.log(JSON.stringify({ time: new Date().toISOString(), ...event }));
};

/** How long requests under way may take to finish once the backend is told to stop. */
const stopPatienceMs = 5000;

async function start(config: Config): Promise<{ url: string; stop(): Promise<void> }> {
  const [database, server] = await Promise.all([
    config.database.kind === 'postgres'
      ? openPostgres(config.database.url, (error) => log({ event: 'database', message: error.message }))
      : openPglite(config.database.dir),
    listen(config),
  ]);
  await migrate(database);
  const objects = createObjects(config.store);
  const grants = createGrants(config.store);
  const { port } = server.http.address() as AddressInfo;
  const publicUrl = config.publicUrl ?? `http://127.0.0.1:${port}`;
  const app = createApp({
    config,
    publicUrl,
    records: createPhotoRecords(database),
    objects,
    grants,
    verifier: createTokenVerifier(config),
    userInfo: (token) => fetchUserInfo(config.cognitoDomain, token),
    log,
  });
  server.serve(app.fetch);
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      const closed = new Promise<void>((resolve) => server.http.close(() => resolve()));
      server.http.closeIdleConnections();
      const timer = setTimeout(() => server.http.closeAllConnections(), stopPatienceMs);
      await closed;
      clearTimeout(timer);
      objects.close();
      grants.close();
      await database.close();
    },
  };
}

interface ListeningServer {
  http: Server;
  /** Answers with `fetch` from now on; requests that came earlier wait for it. */
  serve(fetch: (request: Request) => Response | Promise<Response>): void;
}

/** Takes the port at once, so that a taken one is known before a database is opened for nothing. */
async function listen({ host, port }: Config): Promise<ListeningServer> {
  let serve: ListeningServer['serve'] = () => {};
  const handler = new Promise<Parameters<ListeningServer['serve']>[0]>((resolve) => {
    serve = resolve;
  });
  const http = createAdaptorServer({ fetch: async (request) => (await handler)(request) }) as Server;
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, resolve);
  });
  return { http, serve };
}

async function main(): Promise<void> {
  const server = await start(readConfig(process.env));
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
  console.log(`listening on ${server.url}`);
  process.send?.({ ready: true, url: server.url });
}

main().catch((error: unknown) => {
  const { code, message } = error as { code?: string; message: string };
  if (error instanceof ConfigError) console.error(message);
  else if (code === 'EADDRINUSE')
    console.error(`PORT ${process.env['PORT']} is taken: set another one, or end its user.`);
  else console.error(error);
  const exitCode = error instanceof ConfigError ? 2 : 1;
  if (process.send === undefined) process.exit(exitCode);
  process.send({ ready: false, code: code ?? 'failed', message }, () => process.exit(exitCode));
});
