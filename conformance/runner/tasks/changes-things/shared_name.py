NAME = "a helper"
