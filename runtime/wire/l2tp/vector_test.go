package l2tp

const (
	hiddenVector   = "ef595987a25deab25b654703aee387219a965d92108caaae30415f272dfe8abf"
	responseVector = "4f581c02b18f9b1c523cf0ae59dc9fdf"
)
