/** Where the client configuration comes from, and the first-run fetch of it. */
import fs from 'node:fs';
import path from 'node:path';
import { withDeadline } from './lib/signals.ts';
import type { Problem, ProblemCode } from '../preload/contract/model.ts';
import { systemClock, type Clock } from './lib/clock.ts';
import { clientConfigSchema, isAllowedUrl, type ClientConfig } from './lib/client-config.ts';
import { BodyTooLong, readBounded } from './lib/bounded-body.ts';
import { errorCode } from './lib/log.ts';
import { ProblemError } from './lib/rpc.ts';
import { ProxyAuthNeeded } from './network/proxy-errors.ts';

const fileName = 'client-config.json';
const fetchDeadlineMs = 15_000;
const maxConfigBytes = 64 * 1024;

export interface ConfigSources {
  /** `--config FILE`, then `TINTYPE_CONFIG`: a file that was named must be there. */
  named: string | undefined;
  userDataDir: string;
  /** The folder of the packaged resources. */
  resourcesDir: string;
}

/**
 * The first configuration of: the named file, the user-data folder, the packaged resources; null when there is none.
 *
 * @throws ProblemError `config_missing` or `config_invalid`, with the file in its detail.
 */
export function loadConfig({ named, userDataDir, resourcesDir }: ConfigSources): ClientConfig | null {
  if (named !== undefined) {
    if (!fs.existsSync(named)) throw new ProblemError({ code: 'config_missing', detail: named });
    return readConfig(named);
  }
  for (const folder of [userDataDir, resourcesDir]) {
    const file = path.join(folder, fileName);
    if (fs.existsSync(file)) return readConfig(file);
  }
  return null;
}

function readConfig(file: string): ClientConfig {
  let json: unknown;
  try {
    json = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ProblemError({ code: 'config_invalid', detail: `${file}: ${errorCode(error)}` });
  }
  return parseConfig(json, file);
}

function parseConfig(json: unknown, where: string): ClientConfig {
  const parsed = clientConfigSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ProblemError({
    code: 'config_invalid',
    detail: `${where}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  });
}

/**
 * Fetches the configuration that a library offers at its address, for the first run.
 *
 * @param address as a person types it: `photos.example.org` means https.
 * @throws ProblemError `config_address_invalid`, `config_not_https`, `config_no_such_host`, `config_unreachable`, `config_certificate`, `config_proxy`,
 *   `config_proxy_password`, `config_not_tintype`.
 */
export async function fetchConfig(
  address: string,
  fetch: typeof globalThis.fetch,
  clock: Clock = systemClock,
): Promise<ClientConfig> {
  const typed = address.trim();
  const base = (/^[a-z]+:\/\//i.test(typed) ? typed : `https://${typed}`).replace(/\/+$/, '');
  if (!isAllowedUrl(base)) throw new ProblemError(refusalOf(base));
  let json: unknown;
  try {
    json = await withDeadline([], { ms: fetchDeadlineMs, clock }, async (signal) => {
      const response = await fetch(`${base}/v1/client-config`, { redirect: 'manual', signal });
      // A library answers by itself; a redirect is somebody else's log-in page.
      if (!response.ok)
        throw new ProblemError({ code: 'config_not_tintype', detail: `status ${response.status}` });
      const body: unknown = JSON.parse(await readBounded(response, maxConfigBytes));
      return body;
    });
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    if (error instanceof SyntaxError)
      throw new ProblemError({ code: 'config_not_tintype', detail: 'no JSON' });
    if (error instanceof BodyTooLong)
      throw new ProblemError({ code: 'config_not_tintype', detail: 'too long' });
    throw new ProblemError({ code: unreachableCode(error), detail: networkCode(error) });
  }
  try {
    return parseConfig(json, base);
  } catch (error) {
    if (error instanceof ProblemError)
      throw new ProblemError({ ...error.problem, code: 'config_not_tintype' });
    throw error;
  }
}

function refusalOf(address: string): Problem {
  if (!URL.canParse(address)) return { code: 'config_address_invalid', detail: address };
  const url = new URL(address);
  // Somebody may have typed a password, which is to be shown nowhere.
  if (url.username !== '' || url.password !== '') return { code: 'config_address_invalid', detail: url.host };
  return { code: url.protocol === 'http:' ? 'config_not_https' : 'config_address_invalid', detail: address };
}

/** Node's fetch hides the system's code in `cause`; Chromium's is the first word of the message. */
function networkCode(error: unknown): string {
  if (error instanceof Error && error.cause instanceof Error) return errorCode(error.cause);
  return error instanceof Error && error.message.startsWith('net::') ? error.message : errorCode(error);
}

/** Chromium's network stack names its errors (net/base/net_error_list.h); that name is all that it gives. */
function unreachableCode(error: unknown): ProblemCode {
  if (error instanceof ProxyAuthNeeded) return 'config_proxy_password';
  const name = error instanceof Error ? error.message : '';
  if (name.startsWith('net::ERR_CERT_')) return 'config_certificate';
  if (name === 'net::ERR_NAME_NOT_RESOLVED' || networkCode(error) === 'ENOTFOUND')
    return 'config_no_such_host';
  if (/^net::ERR_SSL_(PROTOCOL_ERROR|VERSION_OR_CIPHER_MISMATCH)$/.test(name)) return 'config_not_https';
  return /^net::ERR_(PROXY|TUNNEL|SOCKS|MANDATORY_PROXY)_/.test(name) ? 'config_proxy' : 'config_unreachable';
}

/** Keeps a fetched configuration for the next start; atomic. */
export function saveConfig(config: ClientConfig, userDataDir: string): void {
  const file = path.join(userDataDir, fileName);
  fs.mkdirSync(userDataDir, { recursive: true });
  fs.writeFileSync(`${file}.new`, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}
