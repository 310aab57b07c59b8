/** Adam over plain arrays, for the nets that are small enough to train without a graph. */
export class Adam {
  readonly gradients: Float32Array[];
  private readonly weights: Float32Array[];
  private readonly means: Float32Array[];
  private readonly squares: Float32Array[];
  private readonly squareDecay: number;
  private steps = 0;

  constructor(weights: Float32Array[], squareDecay: number) {
    const zeros = () => weights.map((values) => new Float32Array(values.length));
    this.weights = weights;
    this.squareDecay = squareDecay;
    this.gradients = zeros();
    this.means = zeros();
    this.squares = zeros();
  }

  /** Moves the weights along the gradients gathered over `batch` lessons and clears them. */
  step(batch: number, rate: number): void {
    this.steps++;
    const meanScale = 1 - 0.9 ** this.steps;
    const squareScale = 1 - this.squareDecay ** this.steps;
    this.weights.forEach((weights, p) => {
      const gradients = this.gradients[p]!;
      const means = this.means[p]!;
      const squares = this.squares[p]!;
      for (let i = 0; i < weights.length; i++) {
        const gradient = gradients[i]! / batch;
        means[i] = 0.9 * means[i]! + 0.1 * gradient;
        squares[i] = this.squareDecay * squares[i]! + (1 - this.squareDecay) * gradient * gradient;
        weights[i]! -= (rate * (means[i]! / meanScale)) / (Math.sqrt(squares[i]! / squareScale) + 1e-8);
      }
      gradients.fill(0);
    });
  }
}
