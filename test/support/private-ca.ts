/** A certificate authority of an organisation's own, made with openssl. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export interface PrivateCa {
  /** The root's certificate. */
  pem: string;
  file: string;
  /** A certificate for `names` (`IP:127.0.0.1`, `DNS:localhost`), signed by an issuing authority below the root. */
  issue(names: string[], options?: { expired?: boolean }): { key: string; cert: string };
}

/** @param dir an empty folder. */
export function makePrivateCa(dir: string): PrivateCa {
  let made = 0;
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: dir, stdio: 'ignore' });
  };
  const write = (name: string, text: string): string => {
    fs.writeFileSync(path.join(dir, name), text);
    return name;
  };
  const read = (name: string): string => fs.readFileSync(path.join(dir, name), 'utf8');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const authority = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n';
  const sign = (name: string, by: string, extensions: string, days: number): void => {
    openssl('req', ...key, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`);
    const issuer = ['-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial'];
    const extfile = ['-extfile', write(`${name}.ext`, extensions)];
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...issuer,
      '-days',
      String(days),
      ...extfile,
      '-out',
      `${name}.pem`,
    );
  };

  const root = ['-subj', '/O=Tintype tests/CN=Private root', '-days', '2'];
  const extensions = authority
    .trim()
    .split('\n')
    .flatMap((line) => ['-addext', line]);
  openssl('req', '-x509', ...key, ...root, ...extensions, '-keyout', 'root.key', '-out', 'root.pem');
  sign('issuing', 'root', authority, 2);
  return {
    pem: read('root.pem'),
    file: path.join(dir, 'root.pem'),
    issue: (names, { expired = false } = {}) => {
      const name = `server-${++made}`;
      const usage = 'basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n';
      sign(name, 'issuing', `${usage}subjectAltName=${names.join(',')}\n`, expired ? -1 : 1);
      return { key: read(`${name}.key`), cert: read(`${name}.pem`) + read('issuing.pem') };
    },
  };
}
