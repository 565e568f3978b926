import { CallError } from './call-error.ts';

/** What `getUserMedia` threw, in words; `undefined` for a browser that has no `getUserMedia` here. */
export function microphoneError(error: unknown, here?: { readonly secure: boolean; readonly address: string }): CallError {
  if (error instanceof CallError) return error;
  if (here !== undefined && !here.secure) {
    return new CallError(
      'INSECURE_CONTEXT',
      'Browsers allow the microphone on secure pages only, and this page came over plain http.',
      `Open it as ${here.address.replace(/^http:/, 'https:').slice(0, 200)}, or as http://localhost on the machine itself. Whoever runs the server switches https on with \`https.enabled\`.`,
    );
  }
  const details = { cause: error };
  const name = nameOf(error);
  switch (name) {
    case 'NotAllowedError':
    case 'PermissionDeniedError':
      return new CallError(
        'MICROPHONE_REFUSED',
        'This page may not use the microphone.',
        "Allow it by the sign beside the page's address, then call again. In a frame, the outer page has to allow it too.",
        details,
      );
    case 'SecurityError':
      return new CallError(
        'MICROPHONE_REFUSED',
        'The settings of this browser or of the page forbid the microphone.',
        'Open the page by itself, or ask whoever looks after this device.',
        details,
      );
    case 'NotFoundError':
    case 'DevicesNotFoundError':
    case 'OverconstrainedError':
      return new CallError(
        'MICROPHONE_MISSING',
        'No microphone was found.',
        'Plug one in, or switch the headset on, then call again.',
        details,
      );
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return new CallError(
        'MICROPHONE_BUSY',
        'The microphone could not be started; another program may hold it.',
        'Close other programs that use it, or unplug it and plug it in again.',
        details,
      );
    case undefined:
      return new CallError(
        'UNSUPPORTED_BROWSER',
        'This browser cannot use a microphone.',
        'Call with a current Chrome, Edge, Firefox or Safari.',
        details,
      );
    default:
      return new CallError(
        'MICROPHONE_FAILED',
        `The microphone could not be opened (${name}).`,
        'Choose another microphone, or reload the page.',
        details,
      );
  }
}

/** By name, not by class: a DOMException of another frame is none of ours. */
function nameOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('name' in error)) return undefined;
  return typeof error.name === 'string' ? error.name.slice(0, 60) : undefined;
}
