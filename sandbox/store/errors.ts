/** The store's errors: the codes of Amazon S3 and STS, each with its status and a sentence that says what to do. */

const catalogue = {
  AccessDenied: [403, 'Access Denied. The credentials do not allow this action on this resource.'],
  AccessForbidden: [403, 'CORSResponse: This CORS request is not allowed. Add a CORS rule.'],
  AuthorizationHeaderMalformed: [
    400,
    'The authorization header is malformed. Sign for the region of this store.',
  ],
  AuthorizationQueryParametersError: [400, 'The query parameters of the signature are not valid.'],
  BadDigest: [400, 'The checksum you specified did not match what we received. Send the body again.'],
  BucketAlreadyOwnedByYou: [409, 'You already own this bucket: use it.'],
  BucketNotEmpty: [409, 'The bucket is not empty: delete its objects and uploads first.'],
  ConditionalRequestConflict: [409, 'A conflicting operation is in progress on this key. Try again.'],
  EntityTooLarge: [400, 'Your proposed upload exceeds the maximum allowed size: use a multipart upload.'],
  EntityTooSmall: [400, 'Every part but the last must have at least 5 MiB.'],
  ExpiredToken: [400, 'The provided token has expired: ask for new credentials.'],
  IncompleteBody: [400, 'The body was shorter or longer than the headers said. Send it again.'],
  InternalError: [500, 'We encountered an internal error. Please try again.'],
  InvalidAccessKeyId: [403, 'The access key id you provided does not exist in our records.'],
  InvalidArgument: [400, 'An argument is not valid.'],
  InvalidBucketName: [400, 'The specified bucket is not valid: 3 to 63 of a-z, 0-9, dot and hyphen.'],
  InvalidChunkSizeError: [400, 'Only the last chunk may be smaller than 8192 bytes.'],
  InvalidClientTokenId: [403, 'The security token included in the request is invalid.'],
  InvalidDigest: [400, 'The Content-MD5 you specified is not valid: it must be 16 bytes in base64.'],
  InvalidPart: [400, 'A part could not be found, or its ETag or checksum differs: list the parts.'],
  InvalidPartNumber: [416, 'The requested partnumber is not satisfiable.'],
  InvalidPartOrder: [400, 'The list of parts was not in ascending order.'],
  InvalidPolicyDocument: [
    400,
    'The content of the form does not meet the conditions of the policy document.',
  ],
  InvalidRange: [416, 'The requested range is not satisfiable.'],
  InvalidRequest: [400, 'The request is not valid.'],
  InvalidToken: [400, 'The provided token is malformed or otherwise invalid: ask for new credentials.'],
  InvalidURI: [400, "Couldn't parse the specified URI: it must be percent-encoded UTF-8."],
  KeyTooLongError: [400, 'Your key is too long: 1024 bytes of UTF-8 at most.'],
  MalformedPOSTRequest: [400, 'The body of your POST request is not well-formed multipart/form-data.'],
  MalformedPolicyDocument: [400, 'The policy document is malformed.'],
  MalformedXML: [400, 'The XML you provided was not well-formed or did not validate.'],
  MetadataTooLarge: [400, 'Your metadata headers exceed the maximum allowed size of 2 KB.'],
  MethodNotAllowed: [405, 'The specified method is not allowed against this resource.'],
  MissingContentLength: [411, 'You must provide the Content-Length HTTP header.'],
  NoSuchBucket: [404, 'The specified bucket does not exist: create it first.'],
  NoSuchCORSConfiguration: [404, 'The CORS configuration does not exist.'],
  NoSuchKey: [404, 'The specified key does not exist.'],
  NoSuchLifecycleConfiguration: [404, 'The lifecycle configuration does not exist.'],
  NoSuchUpload: [404, 'The specified upload does not exist: it may have been aborted or completed.'],
  NoSuchVersion: [404, 'The specified version does not exist.'],
  NotImplemented: [501, 'This store does not implement that functionality.'],
  NotModified: [304, 'Not Modified'],
  PreconditionFailed: [412, 'At least one of the pre-conditions you specified did not hold.'],
  RequestTimeTooSkewed: [403, 'The difference between the request time and the current time is too large.'],
  RequestTimeout: [400, 'Your socket connection to the server was not read from or written to in time.'],
  SignatureDoesNotMatch: [403, 'The request signature we calculated does not match the one you provided.'],
  SlowDown: [503, 'Please reduce your request rate.'],
  ValidationError: [400, 'A parameter is not valid.'],
  XAmzContentSHA256Mismatch: [
    400,
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
  ],
} as const satisfies Record<string, readonly [number, string]>;

export type S3Code = keyof typeof catalogue;

/** A refusal as the wire knows it: status, code, sentence, and fields that go into the XML next to them. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly code: string;
  readonly status: number;
  readonly details: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    status: number,
    message: string,
    details: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
    this.headers = headers;
  }
}

/** Builds an error of the catalogue; `message` replaces its sentence where a more exact one is known. */
export function s3Error(
  code: S3Code,
  message?: string,
  details?: Readonly<Record<string, string>>,
  headers?: Readonly<Record<string, string>>,
): S3Error {
  const [status, sentence] = catalogue[code];
  return new S3Error(code, status, message ?? sentence, details, headers);
}

/** The catalogue's sentence for a code that came as text (a fault's, say); undefined for codes it does not know. */
export function sentenceOf(code: string): string | undefined {
  return Object.hasOwn(catalogue, code) ? catalogue[code as S3Code][1] : undefined;
}
