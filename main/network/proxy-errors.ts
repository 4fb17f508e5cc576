/** What a proxy can do to a connection. Neither error ever holds a password. */

/**
 * The proxy does not answer, or answers that it will not carry us.
 *
 * `unreachable`: nothing came back, `detail` is the system's code. `refused`: it said no, for reasons of its own.
 * `no_way`: it tried, and the server beyond it cannot be reached.
 */
export class ProxyFailed extends Error {
  override readonly name = 'ProxyFailed';
  readonly reason: 'unreachable' | 'refused' | 'no_way';
  /** Safe to log: `ECONNREFUSED`, `HTTP 403`. */
  readonly detail: string;
  constructor(reason: ProxyFailed['reason'], detail: string) {
    super(`${reason} ${detail}`);
    this.reason = reason;
    this.detail = detail;
  }
}

/** The proxy wants a user name and a password that nobody has given yet, or refuses those that it got. */
export class ProxyAuthNeeded extends Error {
  override readonly name = 'ProxyAuthNeeded';
  /** `host:port` */
  readonly proxy: string;
  /** What the proxy calls itself; '' where it does not say. */
  readonly realm: string;
  constructor(proxy: string, realm: string) {
    super(proxy);
    this.proxy = proxy;
    this.realm = realm;
  }
}
