import type { RunMessage } from '../process/run-message.js';
import type { RunRecord } from '../process/run-record.js';
import { shortened } from '../report/report-table.js';
import { ruleLevel } from '../rules/rule-level.js';

/** Tells what is going on: on a terminal in one line that changes, elsewhere a line for each level and each rule that is not kept. */
export class Progress {
  readonly #out: NodeJS.WriteStream;
  #last = '';

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  step(text: string): void {
    if (this.#out.isTTY) this.#show(text);
    else this.#out.write(`${text}\n`);
  }

  message(record: RunRecord, message: RunMessage): void {
    if (message.type === 'rule-start') this.#rule(record, message);
    if (message.type !== 'verdict') return;
    const { verdict } = message;
    if (verdict.outcome !== 'failed' && verdict.outcome !== 'kit-fault') return;
    this.end();
    this.#out.write(
      `${verdict.rule.id} ${verdict.outcome === 'failed' ? 'not kept' : 'fault of the kit'}: ${shortened(verdict.message)}\n`,
    );
  }

  /** Leaves an empty line to write on. */
  end(): void {
    if (!this.#out.isTTY) return;
    if (this.#last !== '') this.#out.write('\r\u001B[2K');
    this.#last = '';
  }

  #rule(record: RunRecord, { key, rule }: Extract<RunMessage, { readonly type: 'rule-start' }>): void {
    const run = record.subjects.find(({ subject }) => subject.key === key);
    if (run === undefined) return;
    const where = `${run.subject.kind}: ${run.subject.name}`;
    if (this.#out.isTTY) return this.#show(`${where}  ${run.verdicts.length + 1}/${run.rules.length}  ${rule.id}  ${rule.title}`);
    const level = `${where}: level ${ruleLevel(rule.id)}`;
    if (level !== this.#last) this.#out.write(`${level}\n`);
    this.#last = level;
  }

  #show(text: string): void {
    this.#last = text;
    this.#out.write(`\r\u001B[2K${text.slice(0, Math.max(20, this.#out.columns - 1))}`);
  }
}
