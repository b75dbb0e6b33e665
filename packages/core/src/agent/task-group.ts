import type { ChatContext } from '../chat/chat-context.js';
import type { ConversationItem } from '../chat/conversation-item.js';
import { ToolError } from '../tools/tool-errors.js';
import type { Tool } from '../tools/tool.js';
import { AgentTask } from './agent-task.js';
import { type Check, checkGiven, optionChecks } from './check-options.js';
import type { RunContext } from './session.js';
import { tool } from './tool.js';

/** One task of a group. */
export interface GroupedTask<Result = unknown> {
  /** For the model of a later task, to choose it by when the caller wants to go back. */
  readonly description: string;
  /** Makes the task, anew each time that it is its turn. */
  readonly create: () => AgentTask<Result>;
}

export type GroupedTasks = Readonly<Record<string, GroupedTask>>;

/** What each task of a group was completed with, by id. */
export type TaskGroupResults<Tasks extends GroupedTasks> = {
  readonly [Id in keyof Tasks]: Tasks[Id] extends GroupedTask<infer Result> ? Result : never;
};

export interface TaskGroupOptions<Tasks extends GroupedTasks> {
  /** By id, in their order. */
  readonly tasks: Tasks;
  /** Whoever awaits the group knows a summary of what was said in it, made by its LLM, in place of every word. Default false. */
  readonly summarize?: boolean | null | undefined;
  /** What its tasks know of the conversation before: those that have no context of their own. */
  readonly chatContext?: ChatContext | null | undefined;
  /** How it is called in events and histories. Default `TaskGroup`. */
  readonly label?: string | null | undefined;
}

/** The caller wants to go back to an earlier task. */
class GoBack extends Error {
  readonly to: string;

  constructor(to: string) {
    super(`back to "${to}"`);
    this.to = to;
  }
}

/**
 * Tasks one after another, awaited as one. From the second on each has a tool `go_back`, by which the caller can return to an earlier one: that
 * is done again, then the one that was left, then the rest. What was said in one is known to those after it.
 *
 * @example
 * ```ts
 * const { name, day } = await new TaskGroup({
 *   tasks: {
 *     name: { description: 'Asks for the name.', create: () => new CollectName() },
 *     day: { description: 'Asks for the day.', create: () => new CollectDay() },
 *   },
 * });
 * ```
 * @throws {TypeError} There is no task, or an option is wrong: names it.
 * @throws {unknown} When awaited: what a task failed with; the rest is not done then.
 */
export class TaskGroup<const Tasks extends GroupedTasks> extends AgentTask<TaskGroupResults<Tasks>> {
  readonly #tasks: GroupedTasks;
  readonly #summarize: boolean;
  #summary: ConversationItem | undefined;

  constructor(options: TaskGroupOptions<Tasks>) {
    const { isBoolean, isChat, isText } = optionChecks;
    checkGiven('TaskGroup', options, { tasks: areTasks, summarize: isBoolean, chatContext: isChat, label: isText });
    const { tasks, summarize, chatContext, label } = options;
    if (typeof tasks !== 'object' || Object.keys(tasks).length === 0)
      throw new TypeError('TaskGroup: option "tasks" is empty; give at least one task');
    super({
      instructions: 'You lead the caller through several steps, and are between two of them.',
      label: label ?? 'TaskGroup',
      chatContext: chatContext ?? undefined,
    });
    this.#tasks = tasks;
    this.#summarize = summarize === true;
  }

  override async onEnter(): Promise<void> {
    try {
      const results = await this.#doAll();
      if (this.#summarize) this.#summary = await this.#makeSummary();
      if (hasAll<Tasks>(results, this.#tasks)) this.complete(results);
    } catch (error) {
      this.fail(error);
    }
  }

  override itemsForCaller(exchanged: readonly ConversationItem[]): readonly ConversationItem[] {
    return this.#summary === undefined ? exchanged : [this.#summary];
  }

  async #doAll(): Promise<Readonly<Record<string, unknown>>> {
    const results: Record<string, unknown> = {};
    const left = Object.keys(this.#tasks);
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      try {
        results[id] = await this.#doOne(id, Object.keys(results));
      } catch (error) {
        if (!(error instanceof GoBack)) throw error;
        left.unshift(error.to, id);
      }
    }
    return results;
  }

  async #doOne(id: string, done: readonly string[]): Promise<unknown> {
    const task = this.#tasks[id]?.create();
    if (task === undefined) return undefined;
    if (task.chatContext.items.length === 0) task.updateChatContext(this.chatContext);
    const earlier = done.filter((other) => other !== id);
    if (earlier.length > 0) task.lendTools({ go_back: this.#goBack(task, earlier) });
    return await task;
  }

  #goBack(task: AgentTask<unknown>, earlier: readonly string[]): Tool<RunContext> {
    const list = earlier.map((id) => `"${id}": ${this.#tasks[id]?.description ?? ''}`).join('\n');
    return tool({
      description: `Goes back to an earlier step, only if the caller wants to change what was said there. The steps:\n${list}`,
      parameters: {
        type: 'object',
        properties: { to: { type: 'string', enum: [...earlier] } },
        required: ['to'],
        additionalProperties: false,
      },
      execute: (args: unknown) => {
        const to: unknown = Reflect.get(Object(args), 'to');
        const id = earlier.find((one) => one === to);
        if (id === undefined) throw new ToolError(`There is no earlier step of this name; there are ${earlier.join(', ')}.`);
        task.fail(new GoBack(id));
      },
    });
  }

  async #makeSummary(): Promise<ConversationItem | undefined> {
    const last = this.chatContext.items.at(-1);
    const summary = await this.ask([
      ...this.chatContext.toModel().filter(({ type }) => type === 'message'),
      message('summarize', 'Summarise this part of the call in a few sentences: what was asked, what was said and what was settled.'),
    ]);
    if (last === undefined || summary === undefined || summary === '') return undefined;
    return { ...message(`summary-of-${last.id}`, `Summary of what was said in ${this.label}: ${summary}`), createdAtMs: last.createdAtMs };
  }
}

const areTasks: Check = (value) => {
  const wanted = 'tasks by id, each { description, create }';
  if (typeof value !== 'object' || value === null) return wanted;
  const entries: readonly unknown[] = Object.values(value);
  const isTask = (entry: unknown) =>
    typeof Reflect.get(Object(entry), 'create') === 'function' && typeof Reflect.get(Object(entry), 'description') === 'string';
  return entries.every(isTask) ? undefined : wanted;
};

const message = (id: string, text: string): Extract<ConversationItem, { readonly type: 'message' }> => ({
  type: 'message',
  role: 'system',
  id,
  createdAtMs: 0,
  content: [{ type: 'text', text }],
});

/** The loop that made them has gone through all tasks. */
const hasAll = <Tasks extends GroupedTasks>(results: object, tasks: GroupedTasks): results is TaskGroupResults<Tasks> =>
  Object.keys(tasks).every((id) => Object.hasOwn(results, id));
