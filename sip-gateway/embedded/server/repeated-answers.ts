import { RepeatedAnswer } from '../dialog/repeated-answer.ts';
import type { Context, Wakeable } from '../core/context.ts';
import type { DialogEndings } from './dialog-endings.ts';
import type { DialogEntry, Unacknowledged } from '../dialog/dialogs.ts';
import type { ServerTransaction } from '../transaction/server-transaction.ts';

/** Keeps answers to INVITE alive that need the peer's acknowledgement, and ends what never gets it. */
export class RepeatedAnswers {
  readonly #context: Context;
  readonly #endings: DialogEndings;

  constructor(context: Context, endings: DialogEndings) {
    this.#context = context;
    this.#endings = endings;
  }

  /** A 2xx just left: from here on the dialog stands, and it waits for its ACK. */
  accepted(transaction: ServerTransaction, entry: DialogEntry): void {
    entry.dialog.confirm();
    entry.accepted?.stop();
    entry.accepted = this.#repeat(
      transaction,
      '2xx',
      () => transaction.transmit(),
      () => {
        this.#endings.byeByServer(entry, 'SIP;cause=200;text="ACK timeout"');
      },
    );
  }

  /** A provisional answer with this RSeq just left and waits for its PRACK. */
  reliable(transaction: ServerTransaction, entry: DialogEntry, rseq: number, bytes: Uint8Array): void {
    entry.reliable.set(
      rseq,
      this.#repeat(
        transaction,
        'provisional',
        () => transaction.transmitBytes(bytes),
        () => {
          this.#context.count('prack-missing');
          transaction.refuse(504);
        },
      ),
    );
  }

  #repeat(transaction: ServerTransaction, of: '2xx' | 'provisional', transmit: () => void, unacknowledged: () => void): Unacknowledged {
    const context = this.#context;
    const answer = new RepeatedAnswer(context.nowMs, of);
    const wakeable: Wakeable = {
      wake: () => {
        for (const action of answer.wake(context.nowMs)) {
          if (action.kind === 'transmit') transmit();
          else unacknowledged();
        }
        context.deadlines.set(wakeable, answer.wakeAtMs);
      },
    };
    context.deadlines.set(wakeable, answer.wakeAtMs);
    return {
      transaction,
      stop: () => {
        answer.stop();
        context.deadlines.set(wakeable, undefined);
      },
    };
  }
}
