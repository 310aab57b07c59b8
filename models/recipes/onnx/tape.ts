import type { Graph, Value } from './graph.ts';

/** A value with a gradient. */
export type Node = { value: Value; gradient?: Value };

/**
 * Reverse-mode differentiation over the graph builder: the forward pass records how to go back, so
 * that forward, backward and optimiser are one ONNX graph which onnxruntime runs as the tensor engine.
 */
export class Tape {
  private readonly graph: Graph;
  private readonly steps: { out: Node; back: (gradient: Value) => void }[] = [];

  constructor(graph: Graph) {
    this.graph = graph;
  }

  /** [batch, inputs] x [inputs, outputs] */
  matmul(input: Node, weights: Node): Node {
    return this.record(input.value.matmul(weights.value), (gradient) => {
      gather(weights, input.value.transpose().matmul(gradient));
      gather(input, gradient.matmul(weights.value.transpose()));
    });
  }

  /** adds a bias [1, width] to each row */
  bias(input: Node, bias: Node): Node {
    return this.record(input.value.plus(bias.value), (gradient) => {
      gather(input, gradient);
      gather(bias, gradient.sum(0));
    });
  }

  add(left: Node, right: Node): Node {
    return this.record(left.value.plus(right.value), (gradient) => {
      gather(left, gradient);
      gather(right, gradient);
    });
  }

  silu(input: Node): Node {
    const gate = input.value.sigmoid();
    return this.record(input.value.times(gate), (gradient) => {
      const slope = gate.times(this.graph.scalar(1).minus(gate).times(input.value).plus(1));
      gather(input, gradient.times(slope));
    });
  }

  /** Walks back from `out`, whose gradient is given. */
  backward(out: Node, gradient: Value): void {
    out.gradient = gradient;
    for (const step of this.steps.toReversed()) if (step.out.gradient) step.back(step.out.gradient);
  }

  private record(value: Value, back: (gradient: Value) => void): Node {
    const out: Node = { value };
    this.steps.push({ out, back });
    return out;
  }
}

function gather(node: Node, gradient: Value): void {
  node.gradient = node.gradient ? node.gradient.plus(gradient) : gradient;
}
