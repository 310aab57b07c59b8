import { PROMPT_WORDS_MAX, WORD_FEATURES } from '../../contract/prompt.ts';
import { Graph, type Value } from '../onnx/graph.ts';
import { ATTRIBUTES, indexOf, type Attribute } from './attributes.ts';
import { wordNet } from './store.ts';
import { HIDDEN } from './train.ts';

const COUNT = ATTRIBUTES.length;
const EARLIER_WORD_WEIGHT = 0.62;
const LATER_THING_WEIGHT = 0.85;

export type Reading = {
  tokens: Value;
  mask: Value;
  /** f32[1, 1]: what the prompt says about the attribute, -1..1, 0 when silent */
  value(attribute: Attribute): Value;
  /** f32[1, 1]: how surely it says so, 0..1 */
  confidence(attribute: Attribute): Value;
  /** f32[1, count]: for each of the attributes from `first` on the surest word, earlier words counting more */
  surest(first: Attribute, count: number): Value;
  /** f32[1, 1]: the surest word that gives the attribute a value of this sign, times that value */
  strongest(attribute: Attribute, sign: 1 | -1): Value;
};

/** Adds the prompt's inputs and the word net; words are pooled by how sure they are. */
export function readPrompt(graph: Graph): Reading {
  const tokens = graph.input('tokens', 'f32', [PROMPT_WORDS_MAX, WORD_FEATURES]);
  const mask = graph.input('token_mask', 'f32', [PROMPT_WORDS_MAX]);
  const net = wordNet();
  const hidden = tokens
    .matmul(graph.weights(net.inward, [WORD_FEATURES, HIDDEN]))
    .plus(graph.weights(net.inwardBias, [1, HIDDEN]))
    .tanh();
  const out = hidden
    .matmul(graph.weights(net.outward, [HIDDEN, 2 * COUNT]))
    .plus(graph.weights(net.outwardBias, [1, 2 * COUNT]));
  const values = out.slice(1, 0, COUNT).tanh();
  const sureness = out
    .slice(1, COUNT, 2 * COUNT)
    .sigmoid()
    .squared()
    .times(mask.unsqueeze(1));

  const weight = sureness.sum(0);
  const pooled = values.times(sureness).sum(0).over(weight.plus(0.12));
  const confidence = weight.over(weight.plus(0.25));
  const hues = readHues(graph, values, sureness);
  const at = (from: Value, attribute: Attribute) => from.slice(1, indexOf(attribute), indexOf(attribute) + 1);
  return {
    tokens,
    mask,
    value: (attribute) => hues.value[attribute] ?? at(pooled, attribute),
    confidence: (attribute) => hues.confidence[attribute] ?? at(confidence, attribute),
    surest(first, count) {
      const columns = sureness.slice(1, indexOf(first), indexOf(first) + count);
      const places = Array.from({ length: PROMPT_WORDS_MAX }, (_, i) => LATER_THING_WEIGHT ** i);
      return largest(columns.times(graph.constant(places, [PROMPT_WORDS_MAX, 1])));
    },
    strongest: (attribute, sign) => largest(at(values.times(sureness), attribute).times(sign)),
  };
}

/**
 * Averaging the hues of two words gives mud (blue + orange = green), so hues have roles: one word,
 * rather an early one, has the main hue nearly alone; the second hue is that of the other words.
 */
function readHues(graph: Graph, values: Value, sureness: Value) {
  const column = (from: Value, attribute: Attribute) =>
    from.slice(1, indexOf(attribute), indexOf(attribute) + 1);
  const places = Array.from({ length: PROMPT_WORDS_MAX }, (_, i) => EARLIER_WORD_WEIGHT ** i);
  const early = graph.constant(places, [PROMPT_WORDS_MAX, 1]);
  const late = graph.constant(
    places.map((place) => 1 - place),
    [PROMPT_WORDS_MAX, 1],
  );
  const own = column(sureness, 'hue_cos').squared(); // squared: a colour named outright outweighs a scene that hints
  const claim = own.times(early);
  const leads = foremost(claim);
  const main = claim.times(leads);
  const reply = own.times(late).times(leads.scaled(-1, 1));
  const echo = reply.times(foremost(reply));
  // the second hue of a scene gives way to colours that are named
  const outright = largest(own).times(1.05).plus(largest(reply)).clip(0, 0.95);
  const named = column(sureness, 'hue2_cos').times(outright.scaled(-0.9, 0.9));
  const total = (weights: Value, attribute: Attribute) => weights.times(column(values, attribute)).sum(0);

  const mainWeight = main.sum(0);
  const secondWeight = echo.sum(0).plus(named.sum(0));
  const second = (part: 'cos' | 'sin') =>
    total(echo, `hue_${part}`)
      .plus(total(named, `hue2_${part}`))
      .over(secondWeight.plus(0.05));
  const secondSure = secondWeight.over(secondWeight.plus(0.12));
  const mainSure = mainWeight.over(mainWeight.plus(0.02));
  const value: Partial<Record<Attribute, Value>> = {
    hue_cos: total(main, 'hue_cos').over(mainWeight.plus(0.02)),
    hue_sin: total(main, 'hue_sin').over(mainWeight.plus(0.02)),
    hue2_cos: second('cos'),
    hue2_sin: second('sin'),
  };
  const confidence: Partial<Record<Attribute, Value>> = {
    hue_cos: mainSure,
    hue_sin: mainSure,
    hue2_cos: secondSure,
    hue2_sin: secondSure,
  };
  return { value, confidence };
}

/** near 1 for the word with the largest weight, small for all that have clearly less */
function foremost(weights: Value): Value {
  return weights.over(largest(weights).plus(1e-6)).power(3);
}

/** over the words */
function largest(columns: Value): Value {
  return columns.graph.op('ReduceMax', [columns], { axes: { ints: [0] }, keepdims: { int: 1 } });
}
