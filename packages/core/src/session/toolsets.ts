import type { RunContext } from '../agent/session.js';
import type { Toolset } from '../provider/toolset.js';
import type { Tool } from '../tools/tool.js';
import { type ToolsetHost, ToolsetLink } from './toolset-link.js';

/** The toolsets of a session: those of its options while it lasts, those of an agent while the agent is there. */
export class Toolsets {
  readonly #host: ToolsetHost;
  readonly #links = new Map<Toolset, ToolsetLink>();
  readonly #told = new Set<string>();

  constructor(host: ToolsetHost) {
    this.#host = host;
  }

  /** Whether one is not connected yet. */
  lacks(toolsets: readonly Toolset[]): boolean {
    return toolsets.some((toolset) => !this.#links.has(toolset));
  }

  /** Connects those of an agent that is to come. Never rejects: what cannot be reached is told, tried again, and lacks meanwhile. */
  async open(toolsets: readonly Toolset[]): Promise<void> {
    await Promise.all(toolsets.map((toolset) => this.#linkTo(toolset).tried));
  }

  /** Connects what is used, and lets go of what nobody uses any more. */
  keep(used: ReadonlySet<Toolset>): void {
    for (const toolset of used) this.#linkTo(toolset);
    for (const [toolset, link] of this.#links) {
      if (used.has(toolset)) continue;
      this.#links.delete(toolset);
      this.#host.own(link.close());
    }
  }

  /** The tools of these toolsets beside an agent's own, but for those whose name it has a tool of its own for. */
  toolsFor(toolsets: readonly Toolset[], own: readonly Tool<RunContext>[]): readonly Tool<RunContext>[] {
    if (toolsets.length === 0) return own;
    const byName = new Map(own.map((tool) => [tool.name, tool]));
    for (const toolset of toolsets) {
      for (const tool of this.#links.get(toolset)?.tools ?? []) {
        if (byName.has(tool.name)) this.#tellHidden(toolset, tool.name);
        else byName.set(tool.name, tool);
      }
    }
    return [...byName.values()];
  }

  async close(): Promise<void> {
    const links = [...this.#links.values()];
    this.#links.clear();
    await Promise.all(links.map((link) => link.close()));
  }

  #linkTo(toolset: Toolset): ToolsetLink {
    const link = this.#links.get(toolset) ?? new ToolsetLink(this.#host, toolset);
    this.#links.set(toolset, link);
    return link;
  }

  #tellHidden({ model }: Toolset, name: string): void {
    const key = `${model}/${name}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    const message = `the tool "${name}" of toolset ${model} is not offered: another tool has that name; rename one`;
    this.#host.report(new Error(message));
  }
}
