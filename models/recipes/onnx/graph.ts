import { toHalf } from './half.ts';
import { Wire } from './wire.ts';

/**
 * Writes ONNX files (opset 17, readable by every onnxruntime since 1.12).
 * A recipe is ordinary arithmetic on `Value`s; each operation becomes one node of the graph.
 */
const OPSET = 17;
const IR_VERSION = 8;
const TYPE_CODES = { f32: 1, u8: 2, i64: 7, f16: 10 } as const;
export type TensorType = keyof typeof TYPE_CODES;
export type Dimension = number | string;
export type Operand = Value | number;
type Attribute = { float: number } | { int: number } | { ints: number[] } | { text: string };

export class Graph {
  private nodes: Wire[] = [];
  private constants: Wire[] = [];
  private inputs: Wire[] = [];
  private outputs: Wire[] = [];
  private scalars = new Map<number, Value>();
  private names = 0;
  nodeCount = 0;
  parameterCount = 0;

  input(name: string, type: TensorType, shape: Dimension[]): Value {
    this.inputs.push(describe(name, type, shape));
    return new Value(this, name);
  }

  output(value: Value, name: string, type: TensorType, shape: Dimension[]): void {
    this.emit('Identity', [value], {}, [name]);
    this.outputs.push(describe(name, type, shape));
  }

  /** f32 constant */
  constant(values: ArrayLike<number>, shape: number[]): Value {
    return this.store('f32', shape, new Uint8Array(Float32Array.from(values).buffer));
  }

  /** Trained or random weights: kept at half precision in the file, computed with at full. */
  weights(values: Float32Array, shape: number[]): Value {
    this.parameterCount += values.length;
    return this.store('f16', shape, new Uint8Array(toHalf(values).buffer)).cast('f32');
  }

  scalar(value: number): Value {
    const known = this.scalars.get(value);
    if (known) return known;
    const made = this.constant([value], []);
    this.scalars.set(value, made);
    return made;
  }

  integers(values: number[]): Value {
    return this.store('i64', [values.length], new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer));
  }

  integer(value: number): Value {
    return this.store('i64', [], new Uint8Array(BigInt64Array.of(BigInt(value)).buffer));
  }

  concat(values: Value[], axis: number): Value {
    return this.op('Concat', values, { axis: { int: axis } });
  }

  op(type: string, inputs: Value[], attributes: Record<string, Attribute> = {}): Value {
    const name = this.fresh('v');
    this.emit(type, inputs, attributes, [name]);
    return new Value(this, name);
  }

  operand(value: Operand): Value {
    return typeof value === 'number' ? this.scalar(value) : value;
  }

  finish(name: string): Uint8Array {
    const graph = new Wire();
    for (const node of this.nodes) graph.message(1, node);
    graph.text(2, name);
    for (const constant of this.constants) graph.message(5, constant);
    for (const input of this.inputs) graph.message(11, input);
    for (const output of this.outputs) graph.message(12, output);
    return new Wire()
      .int(1, IR_VERSION)
      .text(2, 'stellary-house')
      .message(7, graph)
      .message(8, new Wire().text(1, '').int(2, OPSET))
      .finish();
  }

  private store(type: TensorType, shape: number[], raw: Uint8Array): Value {
    const name = this.fresh('c');
    const tensor = new Wire();
    for (const dimension of shape) tensor.int(1, dimension);
    this.constants.push(tensor.int(2, TYPE_CODES[type]).text(8, name).bytes(9, raw));
    return new Value(this, name);
  }

  private emit(
    type: string,
    inputs: Value[],
    attributes: Record<string, Attribute>,
    outputs: string[],
  ): void {
    const node = new Wire();
    for (const input of inputs) node.text(1, input.name);
    for (const output of outputs) node.text(2, output);
    node.text(4, type);
    for (const [name, attribute] of Object.entries(attributes))
      node.message(5, encodeAttribute(name, attribute));
    this.nodes.push(node);
    this.nodeCount++;
  }

  private fresh(prefix: string): string {
    return `${prefix}${this.names++}`;
  }
}

/** One tensor of the graph. Operands broadcast as in NumPy. */
export class Value {
  readonly graph: Graph;
  readonly name: string;

  constructor(graph: Graph, name: string) {
    this.graph = graph;
    this.name = name;
  }

  plus = (other: Operand) => this.binary('Add', other);
  minus = (other: Operand) => this.binary('Sub', other);
  times = (other: Operand) => this.binary('Mul', other);
  over = (other: Operand) => this.binary('Div', other);
  max = (other: Operand) => this.binary('Max', other);
  min = (other: Operand) => this.binary('Min', other);
  power = (exponent: number) => this.binary('Pow', exponent);
  matmul = (other: Value) => this.graph.op('MatMul', [this, other]);

  sin = () => this.unary('Sin');
  cos = () => this.unary('Cos');
  tanh = () => this.unary('Tanh');
  sigmoid = () => this.unary('Sigmoid');
  exp = () => this.unary('Exp');
  sqrt = () => this.unary('Sqrt');
  abs = () => this.unary('Abs');
  negated = () => this.unary('Neg');
  floor = () => this.unary('Floor');
  fraction = () => this.minus(this.floor());
  squared = () => this.times(this);

  /** this * factor + offset */
  scaled(factor: number, offset = 0): Value {
    const product = factor === 1 ? this : this.times(factor);
    return offset === 0 ? product : product.plus(offset);
  }

  clip(low: number, high: number): Value {
    return this.graph.op('Clip', [this, this.graph.scalar(low), this.graph.scalar(high)]);
  }

  /** this where `weight` is 0, `other` where it is 1 */
  mix(other: Operand, weight: Operand): Value {
    return this.plus(this.graph.operand(other).minus(this).times(weight));
  }

  softmax(axis: number): Value {
    return this.graph.op('Softmax', [this], { axis: { int: axis } });
  }

  sum(axis: number, keep = true): Value {
    return this.graph.op('ReduceSum', [this, this.graph.integers([axis])], {
      keepdims: { int: keep ? 1 : 0 },
    });
  }

  /** Bounds that depend on the input are i64[1]. */
  slice(axis: number, from: number | Value, to: number | Value): Value {
    const { graph } = this;
    const bound = (edge: number | Value) => (typeof edge === 'number' ? graph.integers([edge]) : edge);
    return graph.op('Slice', [this, bound(from), bound(to), graph.integers([axis])]);
  }

  reshape(shape: number[] | Value): Value {
    return this.graph.op('Reshape', [this, Array.isArray(shape) ? this.graph.integers(shape) : shape]);
  }

  unsqueeze(...axes: number[]): Value {
    return this.graph.op('Unsqueeze', [this, this.graph.integers(axes)]);
  }

  expand(shape: Value): Value {
    return this.graph.op('Expand', [this, shape]);
  }

  transpose(): Value {
    return this.graph.op('Transpose', [this], { perm: { ints: [1, 0] } });
  }

  cast(type: TensorType): Value {
    return this.graph.op('Cast', [this], { to: { int: TYPE_CODES[type] } });
  }

  private unary(type: string): Value {
    return this.graph.op(type, [this]);
  }

  private binary(type: string, other: Operand): Value {
    return this.graph.op(type, [this, this.graph.operand(other)]);
  }
}

function describe(name: string, type: TensorType, shape: Dimension[]): Wire {
  const dimensions = new Wire();
  for (const dimension of shape)
    dimensions.message(
      1,
      typeof dimension === 'number' ? new Wire().int(1, dimension) : new Wire().text(2, dimension),
    );
  const tensor = new Wire().int(1, TYPE_CODES[type]).message(2, dimensions);
  return new Wire().text(1, name).message(2, new Wire().message(1, tensor));
}

function encodeAttribute(name: string, attribute: Attribute): Wire {
  const wire = new Wire().text(1, name);
  if ('float' in attribute) return wire.float(2, attribute.float).int(20, 1);
  if ('int' in attribute) return wire.int(3, attribute.int).int(20, 2);
  if ('text' in attribute) return wire.text(4, attribute.text).int(20, 3);
  for (const int of attribute.ints) wire.int(8, int);
  return wire.int(20, 7);
}
