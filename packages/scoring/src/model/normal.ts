/**
 * The normal distribution as scipy computes it, with the rational approximations of the Cephes library (Stephen L. Moshier),
 * so that results agree to the last digits.
 */

const polynomial = (x: number, coefficients: readonly number[]): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient)

const centre = {
  above: [-59.96335010141079, 98.00107541859997, -56.67628574690703, 13.931260938727968, -1.2391658386738125],
  below: [
    1, 1.9544885833814176, 4.676279128988815, 86.36024213908905, -225.46268785411937, 200.26021238006066,
    -82.03722561683334, 15.90562251262117, -1.1833162112133,
  ],
}
const tail = {
  above: [
    4.0554489230596245, 31.525109459989388, 57.16281922464213, 44.08050738932008, 14.684956192885803,
    2.1866330685079025, -0.1402560791713545, -0.03504246268278482, -0.0008574567851546854,
  ],
  below: [
    1, 15.779988325646675, 45.39076351288792, 41.3172038254672, 15.04253856929075, 2.504649462083094,
    -0.14218292285478779, -0.03808064076915783, -0.0009332594808954574,
  ],
}
const farTail = {
  above: [
    3.2377489177694603, 6.915228890689842, 3.9388102529247444, 1.3330346081580755, 0.20148538954917908,
    0.012371663481782003, 0.00030158155350823543, 2.6580697468673755e-6, 6.239745391849833e-9,
  ],
  below: [
    1, 6.02427039364742, 3.6798356385616087, 1.3770209948908132, 0.21623699359449663, 0.013420400608854318,
    0.00032801446468212774, 2.8924786474538068e-6, 6.790194080099813e-9,
  ],
}

const squareRootOfTwoPi = 2.5066282746310007
const expMinusTwo = 0.1353352832366127

/** The number below which a standard normal variable lies with this probability. */
export const normalQuantile = (probability: number): number => {
  if (probability === 0) return -Infinity
  if (probability === 1) return Infinity
  if (!(probability > 0 && probability < 1)) return Number.NaN
  const isUpper = probability > 1 - expMinusTwo
  const y = isUpper ? 1 - probability : probability
  if (y > expMinusTwo) {
    const shifted = y - 0.5
    const square = shifted * shifted
    return (
      (shifted + shifted * ((square * polynomial(square, centre.above)) / polynomial(square, centre.below))) *
      squareRootOfTwoPi
    )
  }
  const x = Math.sqrt(-2 * Math.log(y))
  const z = 1 / x
  const { above, below } = x < 8 ? tail : farTail
  const result = x - Math.log(x) / x - (z * polynomial(z, above)) / polynomial(z, below)
  return isUpper ? result : -result
}

const errorFunction = {
  above: [9.604973739870516, 90.02601972038427, 2232.005345946843, 7003.325141128051, 55592.30130103949],
  below: [1, 33.56171416475031, 521.3579497801527, 4594.323829709801, 22629.000061389095, 49267.39426086359],
}
const complement = {
  above: [
    2.461969814735305e-10, 0.5641895648310689, 7.463210564422699, 48.63719709856814, 196.5208329560771,
    526.4451949954773, 934.5285271719576, 1027.5518868951572, 557.5353353693994,
  ],
  below: [
    1, 13.228195115474499, 86.70721408859897, 354.9377788878199, 975.7085017432055, 1823.9091668790973,
    2246.3376081871097, 1656.6630919416134, 557.5353408177277,
  ],
}
const farComplement = {
  above: [
    0.5641895835477551, 1.275366707599781, 5.019050422511805, 6.160210979930536, 7.4097426995044895, 2.9788666537210022,
  ],
  below: [
    1, 2.2605286322011726, 9.396035249380015, 12.048953980809666, 17.08144507475659, 9.608968090632859,
    3.369076451000815,
  ],
}

const erf = (x: number): number => (x * polynomial(x * x, errorFunction.above)) / polynomial(x * x, errorFunction.below)

/** erfc of a number of at least 1. */
const erfc = (x: number): number => {
  const { above, below } = x < 8 ? complement : farComplement
  return (Math.exp(-x * x) * polynomial(x, above)) / polynomial(x, below)
}

/** The probability that a standard normal variable lies below a number. */
export const normalProbability = (value: number): number => {
  const x = value * Math.SQRT1_2
  const magnitude = Math.abs(x)
  if (magnitude < Math.SQRT1_2) return 0.5 + 0.5 * erf(x)
  const upper = 0.5 * (magnitude < 1 ? 1 - erf(magnitude) : erfc(magnitude))
  return x > 0 ? 1 - upper : upper
}
