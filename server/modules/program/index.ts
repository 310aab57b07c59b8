export { acceptAgreement, type Agreement, agreementInForce, newestTerms, publishTerms } from './store.ts';
