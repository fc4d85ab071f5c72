// What is said of a draft: in words beside its form, in the notices of it, in the address
// of its page. `problem`: the server does not have it.
import { failure, mark, say } from "#lib/draft-words.js";

export class DraftNews {
  constructor(element, form) {
    Object.assign(this, { element, form, words: element.dataset, problem: false });
  }

  tell(word) {
    say(this.element, this.words[word], this.problem);
  }

  stored({ said, path, apart, drafts }) {
    this.problem = false;
    say(this.element, said, false);
    mark(this.form, "ended", false);
    if (apart) mark(this.form, "apart", true, apart, drafts);
    if ("page" in this.words) history.replaceState(history.state, "", path);
  }

  failed({ ended, problem }, isKept) {
    this.problem = true;
    mark(this.form, "ended", Boolean(ended));
    say(this.element, failure({ ended, problem }, this.words, isKept), true);
  }

  ended() {
    mark(this.form, "ended", true);
  }
}
