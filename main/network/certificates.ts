/** Certificates that Node refuses: what can be said of them by the code of the refusal. */

/** Nobody that Node knows vouches for the chain (OpenSSL's X509_V_ERR_…; Node, doc/api/tls.md, "X509 errors"). */
const unknownIssuer: ReadonlySet<string> = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
]);

/** Whatever the issuer, this certificate is not good for this server now. */
const wrongCertificate: ReadonlySet<string> = new Set([
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_TLS_CERT_ALTNAME_FORMAT',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_REJECTED',
  'CERT_SIGNATURE_FAILURE',
  'CERT_CHAIN_TOO_LONG',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'HOSTNAME_MISMATCH',
]);

/** Whether the operating system may know the issuer all the same. */
export function isUnknownIssuer(code: string): boolean {
  return unknownIssuer.has(code);
}

/** Whether a connection failed because of the other side's certificate. */
export function isCertificateCode(code: string): boolean {
  return unknownIssuer.has(code) || wrongCertificate.has(code);
}
