import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { JsonObject } from '../provider/json.js';

/** A schema that validates, and says as JSON Schema what it takes: zod 4.2 and later, ArkType, Valibot's JSON Schema wrapper. */
export type ToolSchema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output> | JsonObject;

/** What a tool's function receives for a schema; plain JSON Schema promises nothing that TypeScript could know. */
export type ToolArguments<Schema> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<Schema> : Record<string, unknown>;

/** Reads a tool's arguments: their JSON Schema, for the model, and a check that gives the value or what is wrong with it. */
export interface ArgumentsReader {
  readonly jsonSchema: JsonObject;
  read(value: unknown): Promise<{ readonly value: unknown } | { readonly problems: readonly string[] }>;
}

const noParameters: JsonObject = { type: 'object', properties: {}, additionalProperties: false };

/**
 * @throws {TypeError} The schema describes no object, or cannot say what it takes; names the tool.
 */
export function argumentsReader(schema: ToolSchema | undefined, toolName: string): ArgumentsReader {
  if (schema === undefined) return { jsonSchema: noParameters, read: async () => ({ value: {} }) };
  if (!isStandardSchema(schema)) return { jsonSchema: objectSchema(schema, toolName), read: async (value) => plainCheck(schema, value) };
  return {
    jsonSchema: objectSchema(jsonSchemaOf(schema, toolName), toolName),
    async read(value) {
      const result = await schema['~standard'].validate(value);
      if (result.issues === undefined) return { value: result.value };
      return { problems: result.issues.map((issue) => `${pathOf(issue)}${issue.message}`) };
    },
  };
}

const isStandardSchema = (schema: ToolSchema): schema is StandardSchemaV1 => '~standard' in schema;

function jsonSchemaOf(schema: StandardSchemaV1, toolName: string): unknown {
  const converter: unknown = Reflect.get(schema['~standard'], 'jsonSchema');
  if (typeof converter === 'object' && converter !== null && 'input' in converter && typeof converter.input === 'function') {
    return converter.input({ target: 'draft-2020-12' });
  }
  throw new TypeError(
    `tool "${toolName}": its schema (vendor "${schema['~standard'].vendor}") cannot say what it takes as JSON Schema; use zod 4.2 or later, another library with Standard JSON Schema, or plain JSON Schema`,
  );
}

function objectSchema(schema: unknown, toolName: string): JsonObject {
  if (typeof schema !== 'object' || schema === null || Reflect.get(schema, 'type') !== 'object') {
    throw new TypeError(`tool "${toolName}": its parameters must describe an object (JSON Schema with type "object")`);
  }
  const { $schema: _dialect, ...rest } = schema as { readonly [key: string]: JsonObject };
  return rest;
}

/** Plain JSON Schema is the model's to keep; only what would surprise a tool most is checked: an object, with the fields required. */
function plainCheck(schema: JsonObject, value: unknown): { readonly value: unknown } | { readonly problems: readonly string[] } {
  const required = Array.isArray(schema['required']) ? schema['required'].map(String) : [];
  const given = typeof value === 'object' && value !== null ? value : {};
  const missing = required.filter((field) => !(field in given));
  return missing.length === 0 ? { value } : { problems: missing.map((field) => `${field}: required`) };
}

function pathOf(issue: StandardSchemaV1.Issue): string {
  const path = (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.');
  return path === '' ? '' : `${path}: `;
}
