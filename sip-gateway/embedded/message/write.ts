import type { SipMessage } from './sip-message.ts';

const utf8 = new TextEncoder();

/** The message as it goes on the wire. Content-Length is always recounted, whatever the headers say. */
export function writeMessage(message: SipMessage): Uint8Array {
  const head = utf8.encode(writeHead(message));
  if (message.body.length === 0) return head;
  const bytes = new Uint8Array(head.length + message.body.length);
  bytes.set(head, 0);
  bytes.set(message.body, head.length);
  return bytes;
}

/** Start line and headers, up to and including the empty line. */
function writeHead(message: SipMessage): string {
  let text =
    message.kind === 'request' ? `${message.method} ${message.uri} SIP/2.0\r\n` : `SIP/2.0 ${message.status} ${message.reason}\r\n`;
  for (const field of message.headers) {
    if (field.key !== 'content-length') text += `${field.name}: ${field.value}\r\n`;
  }
  return `${text}Content-Length: ${message.body.length}\r\n\r\n`;
}
