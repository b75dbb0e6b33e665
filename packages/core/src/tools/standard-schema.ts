import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { JsonObject } from '../provider/json.js';

/** A schema that validates, and says as JSON Schema what it takes: zod 4.2 and later, ArkType, Valibot's JSON Schema wrapper. */
export type ToolSchema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output> | JsonObject;

/** What a tool's function receives for a schema; plain JSON Schema promises nothing that TypeScript could know. */
export type ToolArguments<Schema> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<Schema> : Record<string, unknown>;

/** Reads a tool's arguments: their JSON Schema, for the model, and a check that gives the value or what is wrong with it. */
export interface ArgumentsReader {
  readonly jsonSchema: JsonObject;
  /** It puts defaults by itself where nothing is given; for plain JSON Schema that is done before it reads. */
  readonly hasOwnDefaults: boolean;
  read(value: unknown): Promise<{ readonly value: unknown } | { readonly problems: readonly string[] }>;
}

const noParameters: JsonObject = { type: 'object', properties: {}, additionalProperties: false };

/**
 * @throws {TypeError} The schema is none, describes no object, or cannot say what it takes; names the tool.
 */
export function argumentsReader(schema: ToolSchema | undefined, toolName: string): ArgumentsReader {
  if (schema === undefined) return { jsonSchema: noParameters, hasOwnDefaults: true, read: async () => ({ value: {} }) };
  // Plain JavaScript and `any` get here with anything.
  if (!isSchema(schema)) throw new TypeError(`tool "${toolName}": parameters must be a schema of an object, not ${describe(schema)}`);
  if (!isStandardSchema(schema)) {
    return { jsonSchema: objectSchema(schema, toolName), hasOwnDefaults: false, read: async (value) => plainCheck(schema, value) };
  }
  return {
    jsonSchema: objectSchema(jsonSchemaOf(schema, toolName), toolName),
    hasOwnDefaults: true,
    async read(value) {
      const result = await schema['~standard'].validate(value);
      if (result.issues === undefined) return { value: result.value };
      return { problems: result.issues.map((issue) => `${pathOf(issue)}${issue.message}`) };
    },
  };
}

/** ArkType's are functions. */
const isSchema = (value: unknown): boolean => (typeof value === 'object' && value !== null) || typeof value === 'function';

const isStandardSchema = (schema: ToolSchema): schema is StandardSchemaV1 => '~standard' in schema;

const describe = (value: unknown): string => (value === null ? 'null' : typeof value);

/** @see https://standardschema.dev/json-schema: the converter that stands beside `validate`. */
interface JsonSchemaConverter {
  readonly input: (options: { readonly target: 'draft-2020-12' }) => unknown;
}

const isConverter = (value: unknown): value is JsonSchemaConverter =>
  typeof value === 'object' && value !== null && 'input' in value && typeof value.input === 'function';

function jsonSchemaOf(schema: StandardSchemaV1, toolName: string): unknown {
  const standard = schema['~standard'];
  const converter: unknown = 'jsonSchema' in standard ? standard.jsonSchema : undefined;
  if (!isConverter(converter)) {
    throw new TypeError(
      `tool "${toolName}": its schema (vendor "${standard.vendor}") cannot say what it takes as JSON Schema; use zod 4.2 or later, another library with Standard JSON Schema, or plain JSON Schema`,
    );
  }
  try {
    return converter.input({ target: 'draft-2020-12' });
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'no reason given';
    throw new TypeError(`tool "${toolName}": its parameters cannot be told to a model as JSON Schema: ${reason}`, { cause: error });
  }
}

function objectSchema(schema: unknown, toolName: string): JsonObject {
  if (!isJsonObject(schema) || schema['type'] !== 'object') {
    throw new TypeError(`tool "${toolName}": its parameters must describe an object (JSON Schema with type "object")`);
  }
  const { $schema: _dialect, ...rest } = schema;
  return rest;
}

/** As far as it matters here: what a schema library or an application gives as JSON Schema is taken to be JSON. */
const isJsonObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Plain JSON Schema is the model's to keep; only what would surprise a tool most is checked: an object, with the fields required. */
function plainCheck(schema: JsonObject, value: unknown): { readonly value: unknown } | { readonly problems: readonly string[] } {
  const required = Array.isArray(schema['required']) ? schema['required'].map(String) : [];
  const given = typeof value === 'object' && value !== null ? value : {};
  const missing = required.filter((field) => !Object.hasOwn(given, field));
  return missing.length === 0 ? { value } : { problems: missing.map((field) => `${field}: required`) };
}

function pathOf(issue: StandardSchemaV1.Issue): string {
  const path = (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
  return path === '' ? '' : `${path}: `;
}
