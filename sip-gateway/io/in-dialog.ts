import type { InfoDigit } from '../dtmf-info.ts';
import { INFO_TYPES, readInfoDigit } from '../dtmf-info.ts';
import { sendCapabilities, sendRefusal } from './replies.ts';
import { bodyOf } from './srf.ts';
import type { InDialogMethod, SrfDialog, SrfRequest, SrfResponse } from './srf.ts';

export interface DialogListeners {
  readonly ack: (req: SrfRequest) => void;
  readonly reinvite: (req: SrfRequest, res: SrfResponse) => void;
  readonly update: (req: SrfRequest, res: SrfResponse) => void;
  readonly digit: (digit: InfoDigit) => void;
  /** BYE; `serverText` says why, where the SIP server sent it by itself. */
  readonly bye: (serverText: string | undefined) => void;
  /** Something above threw. */
  readonly failed: (error: unknown) => void;
}

/** Listens to everything that can come within a call, and answers what needs nobody's decision. */
export function listenToDialog(dialog: SrfDialog, listeners: DialogListeners): void {
  // srf calls these from bare event-loop turns: what they throw would end the process.
  const on = (event: InDialogMethod | 'ack', handle: (req: SrfRequest, res: SrfResponse) => void): void => {
    dialog.on(event as InDialogMethod, (req, res) => {
      try {
        handle(req, res);
      } catch (error) {
        listeners.failed(error);
      }
    });
  };
  on('ack', listeners.ack);
  on('modify', listeners.reinvite);
  on('update', listeners.update);
  on('info', (req, res) => {
    answerInfo(req, res, listeners.digit);
  });
  on('options', (_req, res) => {
    sendCapabilities(res);
  });
  for (const method of ['refer', 'message', 'publish'] as const) {
    on(method, (_req, res) => {
      sendRefusal(res, { status: 405 });
    });
  }
  // Nothing was subscribed to: RFC 6665 section 4.1.3.
  on('notify', (_req, res) => {
    sendRefusal(res, { status: 481 });
  });
  dialog.on('destroy', (message, text) => {
    listeners.bye(message.source === 'application' ? text : undefined);
  });
}

function answerInfo(req: SrfRequest, res: SrfResponse, heard: (digit: InfoDigit) => void): void {
  const body = bodyOf(req, INFO_TYPES);
  if (body.kind === 'other') return sendRefusal(res, { status: 415 });
  // Nothing to say, but a dialog that is alive: RFC 6086 section 4.2.2.
  if (body.kind === 'none') return res.send(200);
  const digit = readInfoDigit(body.type, body.text);
  if (digit === 'bad' || digit === undefined) return sendRefusal(res, { status: 400 });
  res.send(200);
  heard(digit);
}
