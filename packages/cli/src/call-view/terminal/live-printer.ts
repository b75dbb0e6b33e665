import type { AgentEvent } from '@parley/core';
import type { TranscriptOutput } from '@parley/core/provider';
import { type CallView, callLines, newCallView } from './call-lines.js';
import { type LiveStatus, quietStatus, statusAfterEvent, statusAfterTranscript, statusText } from './live-status.js';
import { renderLine } from './render-line.js';

/** What a printer needs of `process.stdout`. */
export interface TextScreen {
  write(text: string): unknown;
  /** Absent in a pipe. */
  readonly columns?: number;
  readonly isTTY?: boolean;
  hasColors?(): boolean;
}

/** Erase the row and go to its start: ECMA-48, EL. */
const eraseRow = '\r\u001B[2K';
const usualColumns = 120;

/**
 * Shows a call while it goes on: a line for each thing that happened, and, on a terminal, a last row that tells what is going on now.
 * In a pipe there are only the lines, without colours.
 */
export class LivePrinter {
  readonly #screen: TextScreen;
  readonly #useColors: boolean;
  #view: CallView;
  #status: LiveStatus = quietStatus;
  #shown = '';

  /** @param options.startedAt Milliseconds since the epoch: what the times of the lines count from. */
  constructor(options: { readonly screen: TextScreen; readonly startedAt: number }) {
    this.#screen = options.screen;
    // Node knows NO_COLOR, FORCE_COLOR and what the terminal can do.
    this.#useColors = options.screen.isTTY === true && options.screen.hasColors?.() === true;
    this.#view = newCallView(options.startedAt);
  }

  event(event: AgentEvent): void {
    const { view, lines } = callLines(this.#view, event);
    this.#view = view;
    this.#status = statusAfterEvent(this.#status, event);
    const options = { columns: this.#columns, useColors: this.#useColors };
    this.#print(lines.map((line) => `${renderLine(line, options)}\n`).join(''));
  }

  transcript(part: Parameters<TranscriptOutput['write']>[0]): void {
    this.#status = statusAfterTranscript(this.#status, part);
    this.#print('');
  }

  /** Takes the last row away: the call is over. */
  close(): void {
    if (this.#shown !== '') this.#screen.write(eraseRow);
    this.#shown = '';
  }

  /** A pipe has no width, and a terminal that does not know its own says 0. */
  get #columns(): number {
    const { columns = 0 } = this.#screen;
    return columns > 0 ? columns : usualColumns;
  }

  #print(text: string): void {
    if (this.#screen.isTTY !== true) {
      if (text !== '') this.#screen.write(text);
      return;
    }
    const status = statusText(this.#status, this.#columns);
    if (text === '' && status === this.#shown) return;
    this.#screen.write(`${this.#shown === '' ? '' : eraseRow}${text}${status}`);
    this.#shown = status;
  }
}
