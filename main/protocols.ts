/** The two schemes that the window may load: its own files, and thumbnails. */
import { net, protocol, type Session } from 'electron';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const appScheme = 'app';
const thumbScheme = 'thumb';
const host = 'tintype';
export const windowOrigin = `${appScheme}://${host}`;
export const windowUrl = `${windowOrigin}/index.html`;

/** No inline code, no network, no frames; images from the app and the thumbnails alone. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  `img-src 'self' ${thumbScheme}: data:`,
  "font-src 'self'",
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Must run before the app is ready. */
export function registerSchemes(): void {
  const privileges = { standard: true, secure: true } as const;
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { ...privileges, codeCache: true } },
    { scheme: thumbScheme, privileges },
  ]);
}

/**
 * Serves `app://tintype/…` from the renderer's folder and `thumb://photo/<id>` from `thumbnail`.
 *
 * @param thumbnail JPEG bytes, or null when the row has none; must not reject.
 */
export function serveSchemes(
  session: Session,
  rendererDir: string,
  thumbnail: (id: number) => Promise<Uint8Array | null>,
): void {
  session.protocol.handle(appScheme, async (request) => {
    const file = fileOf(request, rendererDir);
    if (file === null) return notFound();
    const response = await net.fetch(pathToFileURL(file).href).catch(notFound);
    const headers = new Headers(response.headers);
    headers.set('content-security-policy', contentSecurityPolicy);
    headers.set('x-content-type-options', 'nosniff');
    return new Response(response.body, { status: response.status, headers });
  });
  session.protocol.handle(thumbScheme, async (request) => {
    const id = /^thumb:\/\/photo\/(\d{1,15})$/.exec(request.url)?.[1];
    const jpeg = id === undefined ? null : await thumbnail(Number(id));
    if (jpeg === null) return notFound();
    // The id names one row for ever, but its file may be replaced: the window may keep it only for a while.
    return new Response(Buffer.from(jpeg), {
      headers: { 'content-type': 'image/jpeg', 'cache-control': 'max-age=600' },
    });
  });
}

/** A file below the folder, or null: neither another host nor a way out of the folder. */
function fileOf(request: Request, rendererDir: string): string | null {
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.host !== host) return null;
  const file = path.join(rendererDir, path.normalize(decoded(url.pathname)));
  const relative = path.relative(rendererDir, file);
  return relative === '' || relative.startsWith('..') || path.isAbsolute(relative) ? null : file;
}

/** '' for what is not a path in percent-encoding, which is no file. */
function decoded(pathname: string): string {
  try {
    const text = decodeURIComponent(pathname);
    return text.includes('\0') ? '' : text;
  } catch {
    return '';
  }
}

function notFound(): Response {
  return new Response(null, { status: 404 });
}
