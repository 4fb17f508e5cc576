/** Writes replies to the wire, whole or, when a fault says so, broken. */
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FaultPlan } from './faults.ts';
import { ConnectionFault, throughFaults } from './faults.ts';
import { S3Error, s3Error, sentenceOf } from './errors.ts';
import { stsNamespace } from './operations/assume-role.ts';
import type { Reply } from './request.ts';
import { writeXml } from './xml.ts';

export type ReplyIds = { requestId: string; now: number };

/** Sends a reply. @throws ConnectionFault when a fault breaks the connection; errors of reading the bytes */
export async function sendReply(
  response: ServerResponse,
  method: string,
  reply: Reply,
  plan: FaultPlan,
  ids: ReplyIds,
): Promise<void> {
  if (plan.find('lostReply') !== undefined) throw new ConnectionFault('reset');
  response.statusCode = reply.status;
  for (const [name, value] of Object.entries({ ...commonHeaders(ids), ...reply.headers })) {
    // Node writes headers as latin1; S3 clients read UTF-8.
    if (value !== undefined) response.setHeader(name, Buffer.from(String(value), 'utf8').toString('latin1'));
  }
  const text = reply.text === undefined ? undefined : Buffer.from(reply.text);
  if (text !== undefined) {
    if (!response.hasHeader('Content-Type')) response.setHeader('Content-Type', 'application/xml');
    response.setHeader('Content-Length', text.length);
  } else if (
    reply.stream === undefined &&
    method !== 'HEAD' &&
    reply.status !== 204 &&
    reply.status !== 304
  ) {
    response.setHeader('Content-Length', 0);
  }
  const body = reply.stream ?? Readable.from(text === undefined ? [] : [text]);
  if (plan.find('truncateReply') !== undefined) return truncate(response, body);
  if (reply.stream === undefined || method === 'HEAD') {
    response.end(method === 'HEAD' ? undefined : text);
    return;
  }
  await pipeline(plan.isEmpty ? body : throughFaults(body, plan, statusError), response);
}

function commonHeaders({ requestId, now }: ReplyIds): Record<string, string> {
  return {
    // Node would write the machine's time; clients measure their clocks by this one.
    Date: new Date(now).toUTCString(),
    Server: 'TintypeSandbox',
    'x-amz-request-id': requestId,
    'x-amz-id-2': Buffer.from(requestId).toString('base64'),
  };
}

/** Sends the head with the full length and half of the first bytes, or, without a body, half of the head. */
async function truncate(response: ServerResponse, body: AsyncIterable<Buffer>): Promise<void> {
  const { socket } = response;
  for await (const chunk of body) {
    response.write(chunk.subarray(0, Math.floor(chunk.length / 2)), () => socket?.destroy());
    return;
  }
  socket?.end(
    `HTTP/1.1 ${response.statusCode} OK\r\nDate: ${String(response.getHeader('Date')).slice(0, 9)}`,
  );
}

/** The error that a `status` fault stands for. */
export function statusError(fault: { status: number; code: string; retryAfterSeconds?: number }): S3Error {
  const headers: Record<string, string> =
    fault.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(fault.retryAfterSeconds) };
  return new S3Error(fault.code, fault.status, sentenceOf(fault.code) ?? 'A fault was set.', {}, headers);
}

/** An error as the reply that tells it. `resource` is the path; `sts` chooses the XML of STS. */
export function errorReply(error: unknown, resource: string, requestId: string, sts: boolean): Reply {
  const known = error instanceof S3Error ? error : s3Error('InternalError');
  if (known.status === 304) return { status: 304, headers: known.headers };
  const fields = { Code: known.code, Message: known.message };
  const text = sts
    ? writeXml(
        'ErrorResponse',
        { Error: { Type: known.status < 500 ? 'Sender' : 'Receiver', ...fields }, RequestId: requestId },
        stsNamespace,
      )
    : writeXml('Error', { ...fields, ...known.details, Resource: resource, RequestId: requestId });
  return { status: known.status, headers: known.headers, text };
}

/** What a captive portal puts in place of any reply: no request id, no XML, and a 200. */
export function sendHtml(response: ServerResponse): void {
  const page = '<!doctype html><title>Welcome</title><p>Please accept the terms to use this network.</p>';
  response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Length': page.length });
  response.end(page);
}
