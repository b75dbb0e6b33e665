import { APIConnectionError, type JobDescription, type JsonObject } from '@parley/core/provider';
import type { PlayedAnswer, PlayedJobServer } from '../../ends/dispatcher-ends.js';

/** What a worker hears from the server. */
export interface WorkerEars {
  offered(job: JobDescription): void;
  assigned(jobId: string, connection: JsonObject): void;
  terminated(jobId: string): void;
  /** Not to be understood. */
  babbled(message: unknown): void;
  lost(): void;
}

type Load = NonNullable<PlayedJobServer['load']>;
type Report = PlayedJobServer['reports'][number];

/** A worker's connection to the server. */
export interface WorkerLine {
  readonly workerId: string;
  answer(jobId: string, answer: PlayedAnswer): void;
  tellLoad(load: Load): void;
  report(report: Report): void;
  close(): void;
}

/** A server that hands out jobs, in this process. */
export class MemoryJobServer implements PlayedJobServer {
  readonly secret = 'token-of-nobody-71c0';
  readonly answers: { readonly jobId: string; readonly answer: PlayedAnswer }[] = [];
  readonly reports: Report[] = [];
  connections = 0;
  registrations = 0;
  load: Load | undefined;
  readonly #lines = new Map<string, WorkerEars>();
  #isOpen = true;
  #assigns = true;

  get open(): number {
    return this.#lines.size;
  }

  /** @throws {APIConnectionError} It admits nobody at present. */
  connect(ears: WorkerEars): WorkerLine {
    this.connections += 1;
    if (!this.#isOpen) throw new APIConnectionError('the server refused the connection', { provider: 'reference' });
    this.registrations += 1;
    const workerId = `worker-${this.registrations}`;
    this.#lines.set(workerId, ears);
    const whileOpen = (act: () => void) => (this.#lines.has(workerId) ? act() : undefined);
    return {
      workerId,
      answer: (jobId, answer) => whileOpen(() => this.#answered(ears, { jobId, answer })),
      tellLoad: (load) => whileOpen(() => (this.load = load)),
      report: (report) => whileOpen(() => this.reports.push(report)),
      close: () => void this.#lines.delete(workerId),
    };
  }

  offer(job: JobDescription): void {
    for (const ears of this.#lines.values()) return ears.offered(job);
  }

  assign(whether: boolean): void {
    this.#assigns = whether;
  }

  terminate(jobId: string): void {
    for (const ears of this.#lines.values()) ears.terminated(jobId);
  }

  disconnect(): void {
    this.#isOpen = false;
    const lost = [...this.#lines.values()];
    this.#lines.clear();
    for (const ears of lost) ears.lost();
  }

  admit(): void {
    this.#isOpen = true;
  }

  babble(): void {
    for (const ears of this.#lines.values()) ears.babbled({ type: 'a-novelty', jobId: 7 });
  }

  #answered(ears: WorkerEars, answered: { readonly jobId: string; readonly answer: PlayedAnswer }): void {
    this.answers.push(answered);
    if (answered.answer.type === 'accepted' && this.#assigns) ears.assigned(answered.jobId, { token: this.secret, room: answered.jobId });
  }
}
