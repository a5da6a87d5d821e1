package provenance

// QuorumRule names the rule below; whatever rests on it carries the name.
const QuorumRule = "quorum-2026-11"

// quorumPart of a group has to have answered: a quarter.
const quorumPart = 4

// Quorum says whether what a group of so many workers answered is enough to
// confirm the record they were asked about: a quarter of them answered, fewer
// than five said that it is wrong, and more said that it is right than asked to
// have it explained. It judges by the least number in each band, so that it
// tells nobody more than the bands do.
func (c *AnswerCount) Quorum(of int) bool {
	return quorumPart*c.Answered.Least() >= of && !c.Denies() && c.Right.Least() > c.Ask.Least()
}

// Denies says whether five workers or more said that the record is wrong.
func (c *AnswerCount) Denies() bool { return c.Wrong != BandFew }
