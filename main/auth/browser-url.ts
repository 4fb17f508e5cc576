import { isAllowedUrl } from '../lib/client-config.ts';
import { AuthError } from './auth-error.ts';

/**
 * Lets only the configured sign-in host through to the system's "open": what it is handed decides which program runs
 * (CVE-2025-6514 in another client). Throws `browser_url_refused`.
 */
export function assertBrowserUrl(text: string, domain: string): void {
  if (!isAllowedUrl(text) || new URL(text).origin !== new URL(domain).origin) {
    throw new AuthError('browser_url_refused');
  }
}
