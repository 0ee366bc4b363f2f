import { Unknown } from '../../resolved';
import { Value } from '../../value';
import { all, COMPLIANT, type Verdict } from '../../verdict';

/** Something must stand here; a reference to a resource of the app is something whatever its id will be, and so is a text with gaps. */
export function stated(value: Value): Verdict {
  return all(...value.alternatives.map((one) => {
    const something = one instanceof Unknown && (one.kind === 'reference' || /[^?]/.test(one.pattern));
    return something ? COMPLIANT : new Value([one], value.location).present();
  }));
}
