import type { OnnxReport, Tensor } from '#api/registry/model-file-shapes.ts';
import { nameOf, refuseFile, textOf } from './refused.ts';
import { OPERATORS, OWN_CHANCE } from './operators.ts';
import { type Budget, countVarints, type Field, type Layout, varints, walk } from './wire.ts';

/** What a file may have; far above what an image, film or music network exported from PyTorch has. */
const BYTES_MAX = 512_000_000;
const FIELDS_MAX = 600_000;
const NODES_MAX = 20_000;
const TENSORS_MAX = 40_000;
const PARAMETERS_MAX = 250_000_000;
const DEPTH_MAX = 4;
const RANK_MAX = 8;
const PORTS_MAX = 64;
const NODE_PORTS_MAX = 1_024;
const ATTRIBUTES_MAX = 40;
const ATTRIBUTE_NUMBERS_MAX = 100_000;
/** Texts of no consequence: documentation, where a node came from in the exporting program. */
const NOTES_BYTES_MAX = 16_000_000;
const OPSET = { lowest: 7, highest: 23 };
const IR_HIGHEST = 11;

/** ONNX' element types that networks compute with: name and bytes. Text, complex and packed small numbers are not taken. */
export const TYPES: ReadonlyMap<number, readonly [name: string, bytes: number]> = new Map([
  [1, ['float32', 4]],
  [2, ['uint8', 1]],
  [3, ['int8', 1]],
  [4, ['uint16', 2]],
  [5, ['int16', 2]],
  [6, ['int32', 4]],
  [7, ['int64', 8]],
  [9, ['bool', 1]],
  [10, ['float16', 2]],
  [11, ['float64', 8]],
  [12, ['uint32', 4]],
  [13, ['uint64', 8]],
  [16, ['bfloat16', 2]],
]);

/** Reads an ONNX file to its last byte without loading it: what it computes, out of what, and nothing besides. */
export function checkOnnx(bytes: Uint8Array): OnnxReport {
  if (bytes.length > BYTES_MAX) refuseFile('too_large', `more than ${BYTES_MAX} bytes`);
  const check = new OnnxCheck();
  return check.model(bytes);
}

export const MODEL: Layout = {
  1: 'varint',
  2: 'bytes',
  3: 'bytes',
  4: 'bytes',
  5: 'varint',
  6: 'bytes',
  7: 'bytes',
  8: 'many bytes',
  14: 'many bytes',
  20: 'many bytes',
  25: 'many bytes',
};
export const GRAPH: Layout = {
  1: 'many bytes',
  2: 'bytes',
  5: 'many bytes',
  10: 'bytes',
  11: 'many bytes',
  12: 'many bytes',
  13: 'many bytes',
  14: 'many bytes',
  15: 'many bytes',
  16: 'many bytes',
};
const NODE: Layout = {
  1: 'many bytes',
  2: 'many bytes',
  3: 'bytes',
  4: 'bytes',
  5: 'many bytes',
  6: 'bytes',
  7: 'bytes',
  8: 'bytes',
  9: 'many bytes',
};
const ATTRIBUTE: Layout = {
  1: 'bytes',
  2: 'float',
  3: 'varint',
  4: 'bytes',
  5: 'bytes',
  6: 'bytes',
  7: 'floats',
  8: 'varints',
  9: 'many bytes',
  10: 'many bytes',
  11: 'many bytes',
  13: 'bytes',
  14: 'bytes',
  15: 'many bytes',
  20: 'varint',
  21: 'bytes',
  22: 'bytes',
  23: 'many bytes',
};
export const TENSOR: Layout = {
  1: 'varints',
  2: 'varint',
  3: 'bytes',
  4: 'floats',
  5: 'varints',
  6: 'many bytes',
  7: 'varints',
  8: 'bytes',
  9: 'bytes',
  10: 'doubles',
  11: 'varints',
  12: 'bytes',
  13: 'many bytes',
  14: 'varint',
  16: 'many bytes',
};
const VALUE_INFO: Layout = { 1: 'bytes', 2: 'bytes', 3: 'bytes', 4: 'many bytes' };
const TYPE: Layout = { 1: 'bytes', 4: 'bytes', 5: 'bytes', 6: 'bytes', 7: 'bytes', 8: 'bytes', 9: 'bytes' };
const TENSOR_TYPE: Layout = { 1: 'varint', 2: 'bytes' };
const SHAPE: Layout = { 1: 'many bytes' };
const DIMENSION: Layout = { 1: 'varint', 2: 'bytes', 3: 'bytes' };
const OPERATOR_SET: Layout = { 1: 'bytes', 2: 'varint' };
const ENTRY: Layout = { 1: 'bytes', 2: 'bytes' };

/** Names that are taken where a graph lies, from the outermost in: one name is one value. */
type Scope = Set<string>[];

class OnnxCheck {
  private nodes = 0;
  private tensors = 0;
  private parameters = 0;
  private depth = 0;
  private notes = 0;
  private readonly budget: Budget = { fields: FIELDS_MAX };
  private readonly ops = new Map<string, number>();

  model(bytes: Uint8Array): OnnxReport {
    let ir_version = 0;
    let opset = 0;
    let producer = '';
    let graph: Uint8Array | null = null;
    walk(bytes, MODEL, 'the model', this.budget, (field) => {
      if (field.number === 1) ir_version = Number(field.varint);
      else if (field.number === 2) producer = textOf(field.bytes, 200, 'the producer');
      else if (field.number === 4)
        onlyDefaultDomain(textOf(field.bytes, 200, 'the domain of the model'), true);
      else if (field.number === 7) graph = field.bytes;
      else if (field.number === 8) {
        const version = operatorSet(field.bytes, this.budget);
        if (opset !== 0) refuseFile('version', 'more than one version of the operators');
        opset = version;
      } else if (field.number === 14) this.entry(field.bytes);
      else if (field.number === 20) refuseFile('training_info', 'the file holds training information');
      else if (field.number === 25) refuseFile('local_functions', 'the file defines functions of its own');
      else this.note(field);
    });
    if (!graph) return refuseFile('malformed', 'there is no graph');
    if (ir_version < 3 || ir_version > IR_HIGHEST)
      refuseFile('version', `IR version ${ir_version}; 3 to ${IR_HIGHEST} are taken`);
    if (opset < OPSET.lowest || opset > OPSET.highest)
      refuseFile('version', `opset ${opset}; ${OPSET.lowest} to ${OPSET.highest} are taken`);
    const { inputs, outputs } = this.graph(graph, 0, []);
    if (outputs.length === 0) refuseFile('malformed', 'the network has no output');
    return {
      format: 'onnx',
      ir_version,
      opset,
      producer: producer.replaceAll('\0', ''),
      nodes: this.nodes,
      parameters: this.parameters,
      depth: this.depth,
      inputs,
      outputs,
      ops: Object.fromEntries([...this.ops].toSorted(([a], [b]) => (a < b ? -1 : 1))),
      repeatable: ![...this.ops.keys()].some((op) => OWN_CHANCE.has(op)),
    };
  }

  private graph(bytes: Uint8Array, depth: number, around: Scope): { inputs: Tensor[]; outputs: Tensor[] } {
    if (depth > DEPTH_MAX)
      refuseFile('too_deep', `loops and branches lie deeper than ${DEPTH_MAX} in each other`);
    this.depth = Math.max(this.depth, depth);
    const names = new Set<string>();
    const scope = [...around, names];
    const inputs: Tensor[] = [];
    const outputs: Tensor[] = [];
    const stored = new Set<string>();
    const nodes: Uint8Array[] = [];
    walk(bytes, GRAPH, 'a graph', this.budget, (field) => {
      switch (field.number) {
        case 1:
          if (++this.nodes > NODES_MAX) refuseFile('too_large', `more than ${NODES_MAX} nodes`);
          nodes.push(field.bytes);
          return;
        case 5: {
          const name = this.tensor(field.bytes);
          if (name === '' || stored.has(name))
            refuseFile('name', 'two stored tensors have one name, or none');
          stored.add(name);
          return;
        }
        case 11:
        case 12: {
          const ports = field.number === 11 ? inputs : outputs;
          if (ports.length >= PORTS_MAX) refuseFile('too_large', `more than ${PORTS_MAX} inputs or outputs`);
          ports.push(this.port(field.bytes, depth));
          return;
        }
        case 13:
          return void this.valueInfo(field.bytes);
        case 14:
          return refuseFile('type', 'notes on quantised tensors are not taken');
        case 15:
          return refuseFile('sparse_data', 'the file holds sparse tensors');
        default:
          this.note(field);
      }
    });
    for (const { name } of inputs) take(scope, name);
    // until IR version 4 every stored tensor was an input as well
    for (const name of stored) if (!names.has(name)) take(scope, name);
    for (const node of nodes) this.node(node, depth, scope);
    if (new Set(outputs.map(({ name }) => name)).size < outputs.length)
      refuseFile('name', 'two outputs have one name');
    for (const { name } of outputs)
      if (!scope.some((within) => within.has(name)))
        refuseFile('name', `nothing computes the output ${name}`);
    return { inputs: inputs.filter(({ name }) => !stored.has(name)), outputs };
  }

  private node(bytes: Uint8Array, depth: number, scope: Scope): void {
    let op = '';
    let ports = 0;
    const outputs: string[] = [];
    const attributes: Uint8Array[] = [];
    walk(bytes, NODE, 'a node', this.budget, (field) => {
      if (field.number <= 2) {
        if (++ports > NODE_PORTS_MAX)
          refuseFile('too_large', `a node has more than ${NODE_PORTS_MAX} inputs`);
        const name = nameOf(field.bytes, 'the name of a value');
        if (field.number === 2 && name !== '') outputs.push(name);
      } else if (field.number === 3) nameOf(field.bytes, 'the name of a node');
      else if (field.number === 4) op = textOf(field.bytes, 100, 'the name of an operator');
      else if (field.number === 5) {
        if (attributes.length >= ATTRIBUTES_MAX) refuseFile('too_large', 'a node has too many attributes');
        attributes.push(field.bytes);
      } else if (field.number === 7) onlyDefaultDomain(textOf(field.bytes, 200, 'the domain of a node'));
      else if (field.number === 8 && field.bytes.length > 0)
        refuseFile('local_functions', 'a node names an overload of a function');
      else this.note(field);
    });
    if (!OPERATORS.has(op))
      refuseFile('operator', `the operator ${JSON.stringify(op)} is not one that is run here`);
    this.ops.set(op, (this.ops.get(op) ?? 0) + 1);
    const named = new Set<string>();
    for (const attribute of attributes) {
      const name = this.attribute(attribute, depth, scope);
      if (named.has(name)) refuseFile('name', `a node has two attributes ${name}`);
      named.add(name);
    }
    for (const name of outputs) take(scope, name);
  }

  private attribute(bytes: Uint8Array, depth: number, scope: Scope): string {
    let name = '';
    let numbers = 0;
    walk(bytes, ATTRIBUTE, 'an attribute', this.budget, (field) => {
      switch (field.number) {
        case 1:
          name = nameOf(field.bytes, 'the name of an attribute');
          return;
        case 4:
        case 9:
          return void textOf(field.bytes, 4_096, 'the text of an attribute');
        case 5:
        case 10:
          return void this.tensor(field.bytes);
        case 6:
        case 11:
          return void this.graph(field.bytes, depth + 1, scope);
        case 7:
          numbers += Math.max(1, field.bytes.length / 4);
          break;
        case 8:
          numbers += varints(field, ATTRIBUTE_NUMBERS_MAX).length;
          break;
        case 14:
        case 15:
          return refuseFile('type', 'an attribute that is a type');
        case 21:
          return refuseFile('local_functions', 'an attribute refers to a function');
        case 22:
        case 23:
          return refuseFile('sparse_data', 'an attribute holds a sparse tensor');
        case 13:
          return this.note(field);
        default:
      }
      if (numbers > ATTRIBUTE_NUMBERS_MAX) refuseFile('too_large', 'an attribute has too many numbers');
    });
    return name;
  }

  /** Everything that a tensor holds is in the file and as much as its shape says; answers its name. */
  private tensor(bytes: Uint8Array): string {
    if (++this.tensors > TENSORS_MAX) refuseFile('too_large', `more than ${TENSORS_MAX} stored tensors`);
    let name = '';
    let type = 0;
    let raw: number | null = null;
    let typed = 0;
    const dimensions: bigint[] = [];
    walk(bytes, TENSOR, 'a tensor', this.budget, (field) => {
      switch (field.number) {
        case 1:
          dimensions.push(...varints(field, RANK_MAX));
          if (dimensions.length > RANK_MAX)
            refuseFile('too_deep', `a tensor has more than ${RANK_MAX} dimensions`);
          return;
        case 2:
          type = Number(field.varint);
          return;
        case 3:
          return refuseFile('malformed', 'a tensor in segments');
        case 4:
          typed += field.bytes.length / 4;
          return;
        case 5:
        case 7:
        case 11:
          typed += countVarints(field);
          return;
        case 6:
          return refuseFile('type', 'a tensor of texts');
        case 8:
          name = nameOf(field.bytes, 'the name of a tensor');
          return;
        case 9:
          raw = field.bytes.length;
          return;
        case 10:
          typed += field.bytes.length / 8;
          return;
        case 13:
          return refuseFile('external_data', 'a tensor names another file to read its data from');
        case 14:
          if (field.varint !== 0n) refuseFile('external_data', 'the data of a tensor lie elsewhere');
          return;
        default:
          this.note(field);
      }
    });
    const [, each] = TYPES.get(type) ?? refuseFile('type', `a tensor has the element type ${type}`);
    let count = 1n;
    for (const size of dimensions) {
      if (size < 0n) refuseFile('malformed', `the tensor ${name} has a negative dimension`);
      count *= size;
      if (count > BigInt(PARAMETERS_MAX)) refuseFile('too_large', `the tensor ${name} is too large`);
    }
    const values = Number(count);
    const mismatch = raw === null ? typed !== values : typed !== 0 || raw !== values * each;
    if (mismatch)
      refuseFile(
        'data_mismatch',
        `the tensor ${name} has ${values} values by its shape, and other data than that`,
      );
    this.parameters += values;
    if (this.parameters > PARAMETERS_MAX) refuseFile('too_large', `more than ${PARAMETERS_MAX} parameters`);
    return name;
  }

  /** Inputs and outputs of the network, and of loops and branches, whose types may be left out. */
  private port(bytes: Uint8Array, depth: number): Tensor {
    const { name, type, shape } = this.valueInfo(bytes);
    if (name === '') refuseFile('name', 'an input or output has no name');
    if (type === null && depth === 0) refuseFile('type', `${name} is no tensor`);
    return { name, type: type ?? 'undefined', shape };
  }

  private valueInfo(bytes: Uint8Array): { name: string; type: string | null; shape: Tensor['shape'] } {
    let name = '';
    let found: { type: string | null; shape: Tensor['shape'] } = { type: null, shape: null };
    walk(bytes, VALUE_INFO, 'a description of a value', this.budget, (field) => {
      if (field.number === 1) name = nameOf(field.bytes, 'the name of a value');
      else if (field.number === 2) found = tensorType(field.bytes, this.budget);
      else this.note(field);
    });
    return { name, ...found };
  }

  private entry(bytes: Uint8Array): void {
    walk(bytes, ENTRY, 'a property', this.budget, (field) => this.note(field));
  }

  private note({ bytes }: Field): void {
    this.notes += bytes.length;
    if (this.notes > NOTES_BYTES_MAX) refuseFile('too_large', 'the file holds too many notes');
  }
}

function take(scope: Scope, name: string): void {
  if (scope.some((names) => names.has(name))) refuseFile('name', `two values are called ${name}`);
  scope.at(-1)?.add(name);
}

function onlyDefaultDomain(domain: string, isModel = false): void {
  // what a model calls itself is its own affair; what its nodes are is not
  if (isModel || domain === '' || domain === 'ai.onnx') return;
  refuseFile('domain', `operators of ${JSON.stringify(domain)} are not run here`);
}

function operatorSet(bytes: Uint8Array, budget: Budget): number {
  let version = 0;
  walk(bytes, OPERATOR_SET, 'an operator set', budget, (field) => {
    if (field.number === 1) onlyDefaultDomain(textOf(field.bytes, 200, 'the domain of an operator set'));
    else version = Number(field.varint);
  });
  return version;
}

function tensorType(bytes: Uint8Array, budget: Budget): { type: string; shape: Tensor['shape'] } {
  let found: { type: string; shape: Tensor['shape'] } | null = null;
  walk(bytes, TYPE, 'a type', budget, (field) => {
    if (field.number === 6) return; // what it means
    if (field.number !== 1) refuseFile('type', 'a value that is no tensor');
    let type = '';
    let shape: Tensor['shape'] = null;
    walk(field.bytes, TENSOR_TYPE, 'a tensor type', budget, (part) => {
      if (part.number === 1)
        [type] = TYPES.get(Number(part.varint)) ?? refuseFile('type', `element type ${part.varint}`);
      else shape = shapeOf(part.bytes, budget);
    });
    if (type === '') refuseFile('type', 'a tensor without an element type');
    found = { type, shape };
  });
  return found ?? refuseFile('type', 'a value that is no tensor');
}

function shapeOf(bytes: Uint8Array, budget: Budget): (number | string)[] {
  const shape: (number | string)[] = [];
  walk(bytes, SHAPE, 'a shape', budget, ({ bytes: dimension }) => {
    if (shape.length >= RANK_MAX) refuseFile('too_deep', `a value has more than ${RANK_MAX} dimensions`);
    let size: number | string = '?';
    walk(dimension, DIMENSION, 'a dimension', budget, (field) => {
      if (field.number === 1) {
        if (field.varint < 0n || field.varint > 2n ** 31n)
          refuseFile('malformed', 'a dimension out of bounds');
        size = Number(field.varint);
      } else if (field.number === 2) size = nameOf(field.bytes, 'the name of a dimension') || '?';
    });
    shape.push(size);
  });
  return shape;
}
