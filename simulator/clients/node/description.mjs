import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { load } from 'js-yaml';

/** Rejects properties that a type and its ancestors do not list; `@odata.type` and the like are always allowed. */
const CLOSED = { patternProperties: { '@': true }, unevaluatedProperties: false };

const STRICT = {
  strict: true,
  strictRequired: false,
  allErrors: true,
  allowUnionTypes: true,
  allowMatchingProperties: true,
};

/** Microsoft's description of Graph, with its schemas as JSON Schema. */
export class Description {
  #ajv = new Ajv(STRICT);
  #document;
  #checks = new Map();

  constructor(file = new URL('../schema/graph-v1.0-subset.yaml', import.meta.url)) {
    this.#document = load(readFileSync(file, 'utf8'));
    addFormats(this.#ajv);
    const schemas = this.#document.components.schemas;
    const $defs = {};
    for (const [name, schema] of Object.entries(schemas)) {
      $defs[name] = convert(schema);
      $defs[`${name}:closed`] = hasProperties(schema, schemas)
        ? { type: 'object', $ref: `graph#/$defs/${name}`, ...CLOSED }
        : { $ref: `graph#/$defs/${name}` };
    }
    this.#ajv.addSchema({ $id: 'graph', $defs });
  }

  /** The path template that an address belongs to, with its operations; literal segments win over parameters. */
  template(path) {
    const segments = split(path);
    const matching = Object.keys(this.#document.paths).filter((template) => {
      const wanted = split(template);
      return wanted.length === segments.length && wanted.every((one, index) => fits(one, segments[index]));
    });
    matching.sort((one, other) => parameters(one) - parameters(other));
    return matching[0];
  }

  /** The described response for a method and status of a template, as `{key, check}`, or `undefined`. */
  response(template, method, status) {
    const responses = this.#document.paths[template]?.[method.toLowerCase()]?.responses;
    const key = responses && [String(status), `${Math.floor(status / 100)}XX`, 'default'].find((it) => responses[it]);
    return key && { key, check: this.#check(template, method, key, responses[key]) };
  }

  /** A function that returns the errors of a body; `undefined` if the description has no body. */
  #check(template, method, key, response) {
    const name = `${method} ${template} ${key}`;
    if (!this.#checks.has(name)) this.#checks.set(name, this.#compile(response));
    return this.#checks.get(name);
  }

  #compile(response) {
    const named = response.$ref?.replace('#/components/responses/', '');
    const content = (named ? this.#document.components.responses[named] : response).content;
    const schema = content?.['application/json']?.schema;
    if (!schema) return undefined;
    let converted = convert(schema);
    if (schema.properties) {
      converted = { ...converted, ...CLOSED };
    }
    const validate = this.#ajv.compile(converted);
    return (body) => (validate(body) ? [] : validate.errors.map(errorText));
  }
}

/** Keys that do not constrain a value, or are read together with `type`. */
const IGNORED = new Set(['title', 'description', 'nullable', 'externalDocs', 'example', 'default', 'readOnly', 'deprecated']);

/** Converts OpenAPI 3.0's dialect to JSON Schema 2019-09: `nullable` and references, without the ignored keys. */
function convert(schema, inherited = false) {
  if (Array.isArray(schema)) return schema.map((one) => convert(one, inherited));
  if (schema === null || typeof schema !== 'object') return schema;
  if (schema.$ref) {
    const name = schema.$ref.replace('#/components/schemas/', '');
    return { $ref: `graph#/$defs/${name}${inherited ? '' : ':closed'}` };
  }
  const converted = {};
  for (const [key, value] of Object.entries(schema)) {
    switch (key) {
      case 'type':
        converted.type = schema.nullable ? [value, 'null'] : value;
        break;
      case 'enum':
        converted.enum = schema.nullable ? [...value, null] : value;
        break;
      case 'properties':
        converted.properties = Object.fromEntries(Object.entries(value).map(([name, one]) => [name, convert(one)]));
        break;
      case 'allOf':
        converted.allOf = convert(value, true);
        break;
      case 'items':
      case 'additionalProperties':
      case 'anyOf':
      case 'oneOf':
        converted[key] = convert(value);
        break;
      case 'format':
        // The description also has a pattern for these formats.
        if (!['time', 'base64url'].includes(value)) converted.format = value;
        break;
      case 'required':
      case 'pattern':
      case 'minimum':
      case 'maximum':
      case 'minItems':
      case 'maxItems':
      case 'uniqueItems':
        converted[key] = value;
        break;
      default:
        if (!IGNORED.has(key) && !key.startsWith('x-')) throw new Error(`cannot convert '${key}'`);
    }
  }
  return converted;
}

function hasProperties(schema, schemas) {
  if (schema.$ref) return hasProperties(schemas[schema.$ref.replace('#/components/schemas/', '')], schemas);
  const own = Object.keys(schema.properties ?? {}).length > 0;
  return own || (schema.allOf ?? []).some((one) => hasProperties(one, schemas));
}

function split(path) {
  const [address] = path.split('?');
  return address.split('/').filter(Boolean).map((segment) => segment.replace('microsoft.graph.', '').replace('()', ''));
}

/** Whether a segment matches a template's segment; `$count` is never a user's id. */
function fits(wanted, segment) {
  return wanted.startsWith('{') ? !segment.startsWith('$') : wanted.toLowerCase() === segment.toLowerCase();
}

function parameters(template) {
  return template.split('{').length;
}

function errorText(error) {
  const property = error.params.unevaluatedProperty ?? error.params.additionalProperty;
  return `${error.instancePath || '/'} ${error.message}${property ? `: '${property}'` : ''}`;
}
